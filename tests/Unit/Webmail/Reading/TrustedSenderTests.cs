using System.Net;
using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Images from elsewhere are loaded for those whom a person trusts, if it is they.</summary>
public sealed class TrustedSenderTests(ReadingWebmail webmail) : IClassFixture<ReadingWebmail>
{
    private const string Image = "src=\"https://images.test/a.png\"";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("news@shop.test", "mx.example.test; dmarc=pass header.from=shop.test", null)]
    [InlineData("SHOP.test", "mx.example.test; dkim=pass header.d=shop.test", null)]
    [InlineData("news@shop.test", "mx.example.test; dkim=pass header.d=evil.test", "notAuthentic")]
    [InlineData("news@shop.test", "mx.example.test; dmarc=fail header.from=shop.test", "notAuthentic")]
    [InlineData("news@shop.test", "evil.test; dmarc=pass header.from=shop.test", "notVerified")]
    [InlineData("other@shop.test", "mx.example.test; dmarc=pass header.from=shop.test", "notTrusted")]
    [InlineData("test", "mx.example.test; dmarc=pass header.from=shop.test", "notTrusted")]
    public async Task Body_OfASender_LoadsImagesOnlyIfTrustedAndAuthentic(string trusted, string results, string? reason)
    {
        var user = await webmail.NewUserAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(user, HttpMethod.Put, $"/{trusted}")).StatusCode);
        var id = await webmail.DeliverAsync(user, Newsletter(results));

        var (page, policy) = await BodyAsync(user, id);

        Assert.Equal(reason is null, page.Contains(Image, StringComparison.Ordinal));
        Assert.Equal(reason is null, policy.Contains("img-src data: 'self' https:;", StringComparison.Ordinal));
        Assert.Equal(reason is "notVerified" or "notAuthentic", page.Contains("you trust this sender", StringComparison.Ordinal));
        var answer = await user.CallAsync("Email/get", $$"""{ "ids": ["{{id}}"], "properties": ["remoteContent"] }""");
        Assert.Equal(reason is null, (bool)answer["list"]![0]!["remoteContent"]!["isLoaded"]!);
        Assert.Equal(reason, (string?)answer["list"]![0]!["remoteContent"]!["reason"]);
    }

    [Fact]
    public async Task Body_LoadedOnce_IsNotRemembered()
    {
        var user = await webmail.NewUserAsync();
        var id = await webmail.DeliverAsync(user, Newsletter("evil.test; dmarc=pass"));

        var (once, policy) = await BodyAsync(user, id, "?remote=load");
        var (later, laterPolicy) = await BodyAsync(user, id);

        Assert.Contains(Image, once, StringComparison.Ordinal);
        Assert.Contains("https:;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain(Image, later, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", laterPolicy, StringComparison.Ordinal);
    }

    /// <summary>Who forwards a message may have written its header.</summary>
    [Fact]
    public async Task Body_OfAnAttachedMessage_TrustsNobody()
    {
        var user = await webmail.NewUserAsync();
        await SendAsync(user, HttpMethod.Put, "/shop.test");
        var id = await webmail.DeliverAsync(user, $"From: a@shop.test\r\nContent-Type: message/rfc822\r\n\r\n{Newsletter("mx.example.test; dmarc=pass")}");
        var blob = (string)(await user.CallAsync("Email/get", $$"""{ "ids": ["{{id}}"], "properties": ["attachments"] }"""))["list"]![0]!["attachments"]![0]!["blobId"]!;

        var page = await user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/blobs/{blob}/body.html", null);

        Assert.DoesNotContain(Image, await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Senders_AddedTwiceAndRemoved_AreListedForTheirAccountOnly()
    {
        var (user, other) = (await webmail.NewUserAsync(), await webmail.NewUserAsync());
        foreach (var sender in (string[])["Bücher.test", "B@shop.test", "b@shop.test", "a@shop.test"])
        {
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(user, HttpMethod.Put, $"/{Uri.EscapeDataString(sender)}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(user, HttpMethod.Delete, "/A@shop.test")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(other, HttpMethod.Delete, "/b@shop.test")).StatusCode);

        Assert.Equal(["b@shop.test", "xn--bcher-kva.test"], await ListAsync(user));
        Assert.Empty(await ListAsync(other));
    }

    [Theory]
    [InlineData("@")]
    [InlineData("@shop.test")]
    [InlineData("a b@shop.test")]
    [InlineData("a@")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("%00@shop.test")]
    public async Task Add_NoSender_IsRefused(string sender)
    {
        var user = await webmail.NewUserAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(user, HttpMethod.Put, $"/{sender.Replace(" ", "%20", StringComparison.Ordinal)}")).StatusCode);
    }

    [Theory]
    [InlineData("a@mail.shop.test", "spf", "pass", "shop.test", true)]
    [InlineData("a@shop.test", "dkim", "pass", "mail.shop.test", false)]
    [InlineData("a@shop.test", "dkim", "pass", "test", false)]
    [InlineData("a@evilshop.test", "dkim", "pass", "shop.test", false)]
    [InlineData("a@shop.test", "dkim", "neutral", "shop.test", false)]
    [InlineData("a@shop.test", "dkim", "pass", null, false)]
    [InlineData("a@shop.test", "arc", "pass", "shop.test", false)]
    [InlineData("a@shop.test", "dmarc", "pass", "other.test", false)]
    public void IsAuthentic_ByVerdict_IsAlignedOnly(string from, string method, string result, string? domain, bool expected) =>
        Assert.Equal(expected, SenderAuthentication.IsAuthentic(From(from), [new AuthenticationVerdict(method, result, null, domain)]));

    [Fact]
    public void IsAuthentic_SeveralSendersOrDmarcFailed_IsNot()
    {
        AuthenticationVerdict[] pass = [new("dkim", "pass", null, "shop.test")];

        Assert.False(SenderAuthentication.IsAuthentic(From("a@shop.test", "b@shop.test"), pass));
        Assert.False(SenderAuthentication.IsAuthentic(From("a@shop.test"), [.. pass, new("dmarc", "fail", null, "shop.test")]));
        Assert.Null(SenderAuthentication.IsAuthentic(From("a@shop.test"), null));
    }

    private static EmailEnvelope From(params string[] addresses) =>
        new(null, "", [.. addresses.Select(address => new EmailAddress(null, address))], [], [], [], [], null, null, []);

    private static string Newsletter(string results) =>
        $"Authentication-Results: {results}\r\nFrom: News <News@shop.test>\r\nContent-Type: text/html\r\n\r\n<p><img {Image}><img src=http://images.test/b.png></p>\r\n";

    private static Task<HttpResponseMessage> SendAsync(SieveUser user, HttpMethod method, string path) =>
        user.SendAsync(method, $"/reading/trusted-senders{path}", null);

    private static async Task<string[]> ListAsync(SieveUser user) =>
    [
        .. JsonNode.Parse(await (await SendAsync(user, HttpMethod.Get, "")).Content.ReadAsStringAsync(Cancelled))!["senders"]!.AsArray().Select(sender => (string)sender!),
    ];

    private static async Task<(string Page, string Policy)> BodyAsync(SieveUser user, string id, string query = "")
    {
        var answer = await user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/{id}/body.html{query}", null);
        return (await answer.Content.ReadAsStringAsync(Cancelled), string.Join(';', answer.Headers.GetValues("Content-Security-Policy")));
    }
}
