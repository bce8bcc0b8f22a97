using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Reading;

/// <summary>A message in a message opens like one in a mailbox, and so do those in it.</summary>
public sealed class AttachedMessageTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private const string Pixel = "iVBORw0KGgo=";

    private const string Innermost =
        "From: c@example.test\r\nSubject: level 0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        + "--x\r\nContent-Type: multipart/related; boundary=y\r\n\r\n"
        + "--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p onclick='no()'>Deep<script>no()</script> <img src='cid:i@example.test'></p>\r\n"
        + $"--y\r\nContent-Type: image/png\r\nContent-ID: <i@example.test>\r\nContent-Transfer-Encoding: base64\r\n\r\n{Pixel}\r\n--y--\r\n"
        + "--x\r\nContent-Type: application/octet-stream; name=file.bin\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--x--\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_MessageInMessageInMessage_ShowsEachAndGivesItsFiles()
    {
        var user = await webmail.NewUserAsync();
        var blob = await DeliverAsync(user, Wrapped(Wrapped(Wrapped(Innermost, 1), 2), 3));

        for (var level = 2; level >= 0; level--)
        {
            var opened = await ParseAsync(user, blob);
            Assert.Equal($"level {level}", (string)opened["subject"]!);
            if (level > 0)
            {
                Assert.Contains($"Covers {level - 1}.", await PageAsync(user, blob), StringComparison.Ordinal);
                blob = (string)opened["attachments"]![0]!["blobId"]!;
            }
        }

        var file = (await ParseAsync(user, blob))["attachments"]!.AsArray().Single(part => (string?)part!["name"] == "file.bin")!;
        Assert.Equal("Hello", await user.DownloadAsync((string)file["blobId"]!));
        var page = await PageAsync(user, blob);
        Assert.Contains("Deep", page, StringComparison.Ordinal);
        Assert.Contains($"src=\"data:image/png;base64,{Pixel}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no()", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MessageThatIsTheWholeBody_ShowsIt()
    {
        var user = await webmail.NewUserAsync();
        var blob = await DeliverAsync(user, $"Subject: outer\r\nContent-Type: message/rfc822\r\n\r\n{Innermost}");

        Assert.Equal("level 0", (string)(await ParseAsync(user, blob))["subject"]!);
    }

    /// <summary>Not allowed by RFC 2046 §5.2.1, and done.</summary>
    [Fact]
    public async Task Open_MessageInBase64_ShowsIt()
    {
        var user = await webmail.NewUserAsync();
        var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(Innermost), Base64FormattingOptions.InsertLineBreaks);
        var part = $"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}";
        var message = $"Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n--b\r\n{part}\r\n--b--\r\n";

        var direct = await DeliverAsync(user, message);
        var inner = (string)(await ParseAsync(user, await DeliverAsync(user, Wrapped(message, 1))))["attachments"]![0]!["blobId"]!;

        Assert.Equal("level 0", (string)(await ParseAsync(user, direct))["subject"]!);
        Assert.Equal("level 0", (string)(await ParseAsync(user, inner))["subject"]!);
    }

    [Fact]
    public async Task Open_DeeperThanIsLookedAt_IsNotFound()
    {
        var user = await webmail.NewUserAsync();
        var message = Innermost;
        for (var level = 1; level < 9; level++)
        {
            message = Wrapped(message, level);
        }

        var blob = await DeliverAsync(user, message);
        for (var depth = 0; depth < 5; depth++)
        {
            blob = (string)(await ParseAsync(user, blob))["attachments"]![0]!["blobId"]!;
        }

        var tooDeep = (string)(await ParseAsync(user, blob))["attachments"]![0]!["blobId"]!;
        Assert.Equal(tooDeep, (string)(await user.CallAsync("Email/parse", $$"""{ "blobIds": ["{{tooDeep}}"] }"""))["notFound"]![0]!);
        Assert.Equal(HttpStatusCode.NotFound, (await BodyAsync(user, tooDeep)).StatusCode);
    }

    [Fact]
    public async Task Open_OfAnotherAccountOrNoMessage_IsNotFound()
    {
        var (user, other) = (await webmail.NewUserAsync(), await webmail.NewUserAsync());
        var blob = await DeliverAsync(user, Wrapped(Innermost, 1));

        var foreign = await other.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/blobs/{blob}/body.html", null);

        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await BodyAsync(other, blob)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await BodyAsync(user, await user.UploadAsync("\u0001\u0002"))).StatusCode);
    }

    private static string Wrapped(string message, int level) =>
        $"From: a@example.test\r\nSubject: level {level}\r\nContent-Type: multipart/mixed; boundary=b{level}\r\n\r\n"
        + $"--b{level}\r\nContent-Type: text/plain\r\n\r\nCovers {level - 1}.\r\n--b{level}\r\nContent-Type: message/rfc822\r\n\r\n{message}\r\n--b{level}--\r\n";

    /// <summary>The blob id of the message's first attachment.</summary>
    private async Task<string> DeliverAsync(SieveUser user, string message)
    {
        webmail.Dovecot.Deliver(user.Credentials, "a@example.test", message);
        var ids = (await user.CallAsync("Email/query", """{ "sort": [{ "property": "receivedAt", "isAscending": false }], "limit": 1 }"""))["ids"]!.ToJsonString();
        var answer = await user.CallAsync("Email/get", $$"""{ "ids": {{ids}}, "properties": ["attachments"] }""");
        return (string)answer["list"]![0]!["attachments"]![0]!["blobId"]!;
    }

    private static async Task<JsonNode> ParseAsync(SieveUser user, string blob)
    {
        var answer = await user.CallAsync("Email/parse", $$"""{ "blobIds": ["{{blob}}"], "properties": ["subject", "attachments"] }""");
        return answer["parsed"]?[blob] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    private static async Task<string> PageAsync(SieveUser user, string blob) => await (await BodyAsync(user, blob)).Content.ReadAsStringAsync(Cancelled);

    private static Task<HttpResponseMessage> BodyAsync(SieveUser user, string blob) =>
        user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/blobs/{blob}/body.html", null);
}
