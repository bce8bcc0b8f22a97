using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Reading;

/// <summary>A message may be anything; the list, its neighbours, its source and its attachments stay.</summary>
public sealed class HostileMessageTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private const string Good = "From: Alice <a@example.test>\r\nSubject: good\r\nContent-Type: text/plain\r\n\r\nHello\r\n";

    private static readonly Dictionary<string, string> Messages = new()
    {
        ["empty"] = "",
        ["no header"] = "\r\nonly text\r\n",
        ["no body"] = "Subject: x\r\n",
        ["long header"] = $"Subject: {Many("x", 10 * 1024 * 1024)}\r\n\r\ntext\r\n",
        ["many header fields"] = $"Subject: x\r\n{Many("X-Field: value\r\n", 200_000)}\r\ntext\r\n",
        ["many receivers"] = $"Subject: x\r\nTo: {Many("a@example.test,\r\n ", 50_000)}b@example.test\r\n\r\ntext\r\n",
        ["nested"] = Nested(100, level => $"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"),
        ["nested messages"] = Nested(100, _ => "Content-Type: message/rfc822\r\n\r\n"),
        ["many parts"] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Many("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 10_000) + "--b--\r\n",
        ["no boundary"] = "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n",
        ["boundary that never comes"] = "Content-Type: multipart/alternative; boundary=\"none\"\r\n\r\ntext\r\n",
        ["NULs"] = "Subject: a\0b\r\nFrom: \0 <a\0@example.test>\r\nContent-Type: text/html; name=\"\0\"\r\n\r\n<p>a\0<scr\0ipt>b\0\r\n",
        ["bare CR and LF"] = "Subject: x\nContent-Type: text/plain\n\na\rb\nc\r\r\nd\n",
        ["long lines"] = $"Content-Type: text/plain\r\n\r\n{Many("x", 1024 * 1024)}\r\n{Many(">", 1024 * 1024)}\r\n",
        ["long line of HTML"] = $"Content-Type: text/html\r\n\r\n{Many("<i>", 350_000)}\r\n",
        ["content ids in circles"] = "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-ID: <a>\r\n\r\n<img src=cid:a><img src=cid:b>\r\n"
            + "--b\r\nContent-Type: text/html\r\nContent-ID: <b>\r\n\r\n<img src=cid:a>\r\n--b--\r\n",
        ["wrong base64"] = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n=!!SGVsbG8*=\r\n====A\r\n",
        ["wrong quoted-printable"] = "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n=4",
        ["wrong header"] = "From: <<<@>>,,;:\r\nDate: never\r\nMessage-ID: \r\nReferences: <<>>\r\nContent-Type: ;;;=\r\nContent-Disposition: \"\r\n\r\ntext\r\n",
        ["8 bits"] = "Subject: \u00fc\u00ff\u0080\r\nFrom: \u00fc <\u00fc@\u00fc>\r\n\r\n\u00fc\u0080\r\n",
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Email_Hostile_HarmsNeitherListNorNeighbours()
    {
        var user = await webmail.NewUserAsync();
        webmail.Dovecot.Deliver(user.Credentials, "a@example.test", Good);
        foreach (var (name, message) in Messages)
        {
            webmail.Dovecot.Put(user.Credentials, name.Replace(' ', '-'), Encoding.Latin1.GetBytes(message));
        }

        var found = await user.CallAsync("Email/query", """{ "calculateTotal": true, "limit": 100 }""");
        Assert.Equal(Messages.Count + 1, (int)found["total"]!);
        var ids = found["ids"]!.ToJsonString();
        var answer = await user.CallAsync("Email/get", $$"""
            { "ids": {{ids}}, "properties": ["blobId", "subject", "from", "preview", "hasAttachment", "attachments", "bodyValues", "headers", "security", "isPartial"], "fetchAllBodyValues": true }
            """);
        Assert.True(answer["list"] is not null, answer.ToJsonString());
        var list = answer["list"]!.AsArray();

        Assert.Equal(Messages.Count + 1, list.Count);
        Assert.Contains(list, email => (string)email!["subject"]! == "good" && ((string)email["preview"]!).StartsWith("Hello", StringComparison.Ordinal));
        Assert.Single(list, email => (bool)email!["isPartial"]!);
        Assert.All(list, email => Assert.True(email!.ToJsonString().Length < 8 * 1024 * 1024));
        foreach (var email in list)
        {
            await AssertShownAsync(user, email!);
        }
    }

    [Theory]
    [InlineData("multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b", "encrypted")]
    [InlineData("multipart/signed; boundary=b", "signed")]
    [InlineData("application/pkcs7-mime; smime-type=enveloped-data", "encrypted")]
    [InlineData("application/x-pkcs7-mime; smime-type=signed-data", "signed")]
    [InlineData("multipart/mixed; boundary=b", null)]
    public async Task Security_OfStructure_IsSaid(string type, string? expected)
    {
        var user = await webmail.NewUserAsync();
        webmail.Dovecot.Deliver(user.Credentials, "a@example.test", $"Content-Type: {type}\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n\r\nmore\r\n--b--\r\n");

        var ids = (await user.CallAsync("Email/query", "{}"))["ids"]!.ToJsonString();
        var answer = await user.CallAsync("Email/get", $$"""{ "ids": {{ids}}, "properties": ["security"] }""");

        Assert.Equal(expected, (string?)answer["list"]![0]!["security"]);
    }

    [Fact]
    public async Task Reader_FlowedText_IsJoined()
    {
        var user = await webmail.NewUserAsync();
        webmail.Dovecot.Deliver(user.Credentials, "a@example.test", "Content-Type: text/plain; format=Flowed; delsp=Yes\r\n\r\n> one \r\n> two\r\nthree\r\n");

        var id = (string)(await user.CallAsync("Email/query", "{}"))["ids"]![0]!;
        var page = await (await user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/{id}/body.html", null)).Content.ReadAsStringAsync(Cancelled);

        Assert.Contains("<blockquote>onetwo</blockquote>three", page, StringComparison.Ordinal);
    }

    private static async Task AssertShownAsync(SieveUser user, JsonNode email)
    {
        var page = await user.SendAsync(HttpMethod.Get, $"/mail/{user.Account}/{(string)email["id"]!}/body.html", null);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("<script", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.OrdinalIgnoreCase);
        string[] blobs = [(string)email["blobId"]!, .. email["attachments"]!.AsArray().Take(3).Select(part => (string)part!["blobId"]!)];
        foreach (var blob in blobs)
        {
            var file = await user.SendAsync(HttpMethod.Get, $"/jmap/download/{user.Account}/{blob}/x", null);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            await file.Content.ReadAsByteArrayAsync(Cancelled);
        }
    }

    private static string Nested(int depth, Func<int, string> level) => string.Concat(Enumerable.Range(0, depth).Select(level)) + "Content-Type: text/plain\r\n\r\ndeep\r\n";

    private static string Many(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
