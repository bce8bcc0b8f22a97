using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Splice.Hooks;
using Webmail.Mail.Seams;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Tests.Unit.Webmail.Contacts;

/// <summary>Import, export and photos over HTTP, with the whole application on a real database.</summary>
public sealed class ContactFileEndpointTests(PostgresServer server) : IAsyncLifetime
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    private PostgresDatabase _database = null!;
    private WebApplication _app = null!;
    private HttpClient _alice = null!;
    private HttpClient _bob = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync(Cancelled);
        var target = new NpgsqlConnectionStringBuilder(_database.Source.ConnectionString);
        var (config, mistakes) = ConfigReader.Read($$"""
            { "name": "test", "listen": "127.0.0.1:8080", "imap": { "host": "127.0.0.1", "port": 1, "tls": "none" },
              "submission": { "host": "127.0.0.1", "port": 1, "tls": "none" },
              "database": { "host": "{{target.Host}}", "port": {{target.Port}}, "name": "{{target.Database}}", "user": "{{target.Username}}" } }
            """);
        Assert.True(config is not null, string.Join("; ", mistakes));
        _app = WebmailApp.Build(config with { Listen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        await _app.StartAsync(Cancelled);
        _alice = await ClientAsync("alice@example.com");
        _bob = await ClientAsync("bob@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        _alice.Dispose();
        _bob.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Import_VCardTwice_CreatesThenMerges()
    {
        const string File = "BEGIN:VCARD\nFN:Ada\nEMAIL:a@example.com\nEND:VCARD\nBEGIN:VCARD\nUID:u2\nFN:Grace\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n";

        var first = await ImportAsync(_alice, File, "text/vcard");
        var second = await ImportAsync(_alice, File.Replace("FN:Grace", "NOTE:Navy", StringComparison.Ordinal), "application/octet-stream");
        var cards = (await CallAsync(_alice, "alice@example.com", "ContactCard/get", ""))["list"]!.AsArray();

        Assert.Equal("""{"created":2,"merged":0,"failed":1,"failures":[{"line":9,"reason":"The card is empty."}]}""", first.ToJsonString());
        Assert.Equal((0, 2), ((int)second["created"]!, (int)second["merged"]!));
        var grace = cards.Single(card => (string)card!["uid"]! == "u2")!;
        Assert.Equal(("Grace", "Navy"), ((string)grace["name"]!["full"]!, (string)grace["notes"]!["1"]!["note"]!));
    }

    [Fact]
    public async Task ImportThenExport_Csv_ComesBack()
    {
        var answer = await ImportAsync(_alice, "Given Name,E-mail 1 - Value\nAda,=a@example.com\n,\n", "text/csv");

        using var export = await _alice.GetAsync(new Uri("/contacts/export?format=csv", UriKind.Relative), Cancelled);
        var text = await export.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(1, (int)answer["created"]!);
        Assert.Equal("attachment", export.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("'=a@example.com", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportThenExport_PhotoAndUnknownProperties_ComeBackAndThePhotoCanBeDownloaded()
    {
        await ImportAsync(_alice, $"BEGIN:VCARD\nUID:u\nFN:Ada\nPHOTO;ENCODING=b;TYPE=PNG:{Png}\nX-OWN;P=1:kept\\,so\nEND:VCARD\n", "text/vcard");
        var card = (await CallAsync(_alice, "alice@example.com", "ContactCard/get", ""))["list"]![0]!;
        var blob = (string)card["media"]!["1"]!["blobId"]!;

        var vcard = await _alice.GetStringAsync(new Uri("/contacts/export?format=vcard", UriKind.Relative), Cancelled);
        using var photo = await _alice.GetAsync(Download("alice@example.com", blob), Cancelled);
        using var stolen = await _bob.GetAsync(Download("bob@example.com", blob), Cancelled);

        Assert.Contains("X-OWN;P=1:kept\\,so", vcard, StringComparison.Ordinal);
        Assert.Contains(Png[^20..], vcard.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(("image/png", Png), (photo.Content.Headers.ContentType!.MediaType, Convert.ToBase64String(await photo.Content.ReadAsByteArrayAsync(Cancelled))));
        Assert.Equal(HttpStatusCode.NotFound, stolen.StatusCode);
    }

    [Fact]
    public async Task Upload_AsPhoto_IsTakenFromOwnUploadsOnly()
    {
        using var content = new ByteArrayContent(Convert.FromBase64String(Png));
        using var upload = await _alice.PostAsync(new Uri($"/jmap/upload/{AccountId.Of("alice@example.com")}/", UriKind.Relative), content, Cancelled);
        var blob = (string)JsonNode.Parse(await upload.Content.ReadAsStringAsync(Cancelled))!["blobId"]!;
        string Create() => $$""","create":{"c":{"addressBookIds":{"k1":true},"media":{"p":{"kind":"photo","blobId":"{{blob}}"} } } } """;

        await CallAsync(_bob, "bob@example.com", "AddressBook/get", "");
        var refused = await CallAsync(_bob, "bob@example.com", "ContactCard/set", Create());
        var taken = await CallAsync(_alice, "alice@example.com", "ContactCard/set", Create());

        Assert.Equal("media", (string)refused["notCreated"]!["c"]!["properties"]![0]!);
        Assert.Equal("image/png", (string)taken["created"]!["c"]!["media"]!["p"]!["mediaType"]!);
    }

    [Fact]
    public async Task Files_OfNobodyOrOfNoAddressBook_AreRefused()
    {
        using var nobody = new HttpClient { BaseAddress = _alice.BaseAddress };
        using var file = new StringContent("BEGIN:VCARD\nFN:x\nEND:VCARD");
        using var large = new ByteArrayContent(new byte[16 * 1024 * 1024 + 1]);
        nobody.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync(new Uri("/contacts/import", UriKind.Relative), file, Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/contacts/export", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _alice.PostAsync(new Uri("/contacts/import?addressBook=k99", UriKind.Relative), file, Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _alice.GetAsync(new Uri("/contacts/export?addressBook=k99", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _alice.GetAsync(new Uri("/contacts/export?format=xml", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _alice.PostAsync(new Uri("/contacts/import", UriKind.Relative), large, Cancelled)).StatusCode);
    }

    private static Uri Download(string user, string blob) => new($"/jmap/download/{AccountId.Of(user)}/{blob}/photo", UriKind.Relative);

    private static async Task<JsonObject> ImportAsync(HttpClient client, string file, string type)
    {
        using var content = new StringContent(file, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var answer = await client.PostAsync(new Uri("/contacts/import", UriKind.Relative), content, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private static async Task<JsonObject> CallAsync(HttpClient client, string user, string method, string arguments)
    {
        using var content = new StringContent($$"""
            {"using":[],"methodCalls":[["{{method}}",{"accountId":"{{AccountId.Of(user)}}"{{arguments}} },"0"]]}
            """);
        using var answer = await client.PostAsync(new Uri("/jmap/api/", UriKind.Relative), content, Cancelled);
        var response = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["methodResponses"]![0]!;
        Assert.True((string)response[0]! == method, response.ToJsonString());
        return (JsonObject)response[1]!;
    }

    /// <summary>Signed in by a session that is put into the database: there is no mail server to ask.</summary>
    private async Task<HttpClient> ClientAsync(string user)
    {
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Add("Cookie", $"{SessionCookie.Name}={await SessionAsync(new Credentials(user, "secret"))}");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return client;
    }

    private async Task<string> SessionAsync(Credentials credentials)
    {
        var entropy = new TrueEntropy();
        var key = SessionKey.New(entropy);
        await _app.Services.GetRequiredService<SessionStore>().PutAsync(
            key.RowId(),
            CredentialSeal.Seal(key, credentials, entropy),
            AccountId.Of(credentials.Username),
            new Device("", ""),
            true,
            TimeProvider.System.GetUtcNow(),
            Cancelled);
        return key.ToText();
    }

    private sealed class TrueEntropy : IEntropy
    {
        public Guid NewGuid() => Guid.NewGuid();

        public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
