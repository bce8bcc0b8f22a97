using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Reading;

/// <summary>What lies within the parts of a message is shown as parts, if it is asked for.</summary>
public sealed class UnpackedTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private const string Uuencoded = "Subject: files\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße before\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n";

    private static readonly string Tnef = Convert.ToBase64String(TnefFile.Typical(), Base64FormattingOptions.InsertLineBreaks);

    private static readonly string Outlook =
        "Subject: from Outlook\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPoor text.\r\n"
        + "--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=winmail.dat\r\n\r\n"
        + $"{Tnef}\r\n--b--\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_WinmailDat_ShowsItsTextAndFiles()
    {
        var user = await webmail.NewUserAsync();
        var id = await DeliverAsync(user, Outlook);

        var email = await GetAsync(user, id, unpacks: true);

        Assert.Equal(["notes.txt", "Grüße.pdf"], Names(email));
        Assert.Equal("The notes.", await user.DownloadAsync(Blob(email, 0)));
        Assert.Equal("%PDF", await user.DownloadAsync(Blob(email, 1)));
        var html = (string)email["htmlBody"]![0]!["partId"]!;
        Assert.Contains("<b>HTML</b>", (string)email["bodyValues"]![html]!["value"]!, StringComparison.Ordinal);
        Assert.StartsWith("Poor text.", (string)email["bodyValues"]!["1"]!["value"]!, StringComparison.Ordinal);
        var page = await PageAsync(user, id);
        Assert.Contains("<b>HTML</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no()", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_FilesInText_TakesThemOut()
    {
        var user = await webmail.NewUserAsync();
        var id = await DeliverAsync(user, Uuencoded);

        var email = await GetAsync(user, id, unpacks: true);

        Assert.Equal(["cat.txt"], Names(email));
        Assert.Equal("text/plain", (string)email["attachments"]![0]!["type"]!);
        Assert.Equal("Cat", await user.DownloadAsync(Blob(email, 0)));
        Assert.Equal("Grüße before\nafter\n", (string)email["bodyValues"]!["1"]!["value"]!);
        Assert.Null(await user.DownloadAsync(Blob(email, 0).Replace("nu1", "nu2", StringComparison.Ordinal)));
        Assert.DoesNotContain("begin 644", await PageAsync(user, id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_NotUnpacked_IsAsItWasSent()
    {
        var user = await webmail.NewUserAsync();

        var outlook = await GetAsync(user, await DeliverAsync(user, Outlook), unpacks: false);
        var uuencoded = await GetAsync(user, await DeliverAsync(user, Uuencoded), unpacks: false);

        Assert.Equal(["winmail.dat"], Names(outlook));
        Assert.Empty(Names(uuencoded));
        Assert.Contains("begin 644", (string)uuencoded["bodyValues"]!["1"]!["value"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_NothingWithin_IsTheSameUnpacked()
    {
        var user = await webmail.NewUserAsync();
        var id = await DeliverAsync(user, "Subject: plain\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n"
            + "--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nnot really\r\n--b--\r\n");

        Assert.Equal((await GetAsync(user, id, unpacks: false)).ToJsonString(), (await GetAsync(user, id, unpacks: true)).ToJsonString());
    }

    [Fact]
    public async Task Parse_OfAnAttachedMessage_UnpacksItToo()
    {
        var user = await webmail.NewUserAsync();
        var inner = $"Content-Type: message/rfc822\r\n\r\n{Outlook}";
        var id = await DeliverAsync(user, $"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nText.\r\n--o\r\n{inner}\r\n--o--\r\n");
        var blob = Blob(await GetAsync(user, id, unpacks: true), 0);

        var answer = await user.CallAsync("Email/parse", $$"""{ "blobIds": ["{{blob}}"], "unpacks": true, "properties": ["attachments", "htmlBody"] }""");

        var parsed = answer["parsed"]![blob]!;
        Assert.Equal(["notes.txt", "Grüße.pdf"], Names(parsed));
        Assert.Equal("The notes.", await user.DownloadAsync(Blob(parsed, 0)));
    }

    private static string[] Names(JsonNode email) => [.. email["attachments"]!.AsArray().Select(part => (string)part!["name"]!)];

    private static string Blob(JsonNode email, int index) => (string)email["attachments"]![index]!["blobId"]!;

    private async Task<string> DeliverAsync(SieveUser user, string message)
    {
        webmail.Dovecot.Deliver(user.Credentials, "a@example.test", message);
        return (string)(await user.CallAsync("Email/query", """{ "sort": [{ "property": "receivedAt", "isAscending": false }], "limit": 1 }"""))["ids"]![0]!;
    }

    private static async Task<JsonNode> GetAsync(SieveUser user, string id, bool unpacks)
    {
        var answer = await user.CallAsync("Email/get", $$"""
            {
                "ids": ["{{id}}"], "properties": ["attachments", "textBody", "htmlBody", "bodyValues", "bodyStructure"], "fetchAllBodyValues": true,
                "unpacks": {{(unpacks ? "true" : "false")}}
            }
            """);
        return answer["list"]?[0] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    private static async Task<string> PageAsync(SieveUser user, string id) =>
        await (await user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/{id}/body.html", null)).Content.ReadAsStringAsync(Cancelled);
}
