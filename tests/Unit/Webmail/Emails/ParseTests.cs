using System.Text;
using MailKit;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Email/parse shows messages that lie in no mailbox, and what is in them can be downloaded.</summary>
public abstract class ParseTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Parse_OfAnUpload_ShowsItAsIfItLayInAMailbox()
    {
        const string Properties = """["subject","from","messageId","preview","hasAttachment","textBody","htmlBody","attachments","bodyStructure","header:Subject:asText","size"]""";
        var parts = $"""["partId","type","name","cid","charset","disposition"{(DescribesParts ? ",\"size\",\"language\",\"header:X-Part\"" : "")}]""";
        using var message = Mails.Rich();
        await (await FolderAsync("INBOX")).AppendAsync(new AppendRequest(message), Cancelled);
        var stored = (await CallAsync("Email/get", $$"""
            "ids":["{{Assert.Single(await InboxAsync())}}"],"properties":{{Properties}},"bodyProperties":{{parts}}
            """))["list"]![0]!.AsObject();
        var source = await DownloadAsync($"b-{(string)stored["id"]!}");
        var blob = await UploadAsync(Encoding.UTF8.GetBytes(source!));

        var parsed = (await CallAsync("Email/parse", $$"""
            "blobIds":["{{blob}}"],"properties":{{Properties}},"bodyProperties":{{parts}}
            """))["parsed"]![blob]!.AsObject();

        stored.Remove("id");
        // The mail server's preview is its own; ours is of the same text.
        Assert.StartsWith((string)parsed["preview"]!, (string)stored["preview"]!, StringComparison.Ordinal);
        stored["preview"] = null;
        parsed["preview"] = null;
        Assert.Equal(stored.ToJsonString(), parsed.ToJsonString());
    }

    [Fact]
    public async Task Parse_OfAMessageInAMessage_GivesBlobsThatCanBeDownloadedAndAttached()
    {
        var outer = await UploadAsync(Mails.Bytes(Mails.Rich()));
        var first = await ParseAsync(outer, "\"properties\":[\"attachments\",\"id\",\"mailboxIds\",\"blobId\"]");
        Assert.Null(first["id"]);
        Assert.Null(first["mailboxIds"]);
        Assert.Equal(outer, (string)first["blobId"]!);
        var attachments = first["attachments"]!.AsArray();
        var (image, inner) = ((string)attachments[0]!["blobId"]!, (string)attachments[1]!["blobId"]!);

        var second = await ParseAsync(inner, "\"fetchAllBodyValues\":true");

        Assert.Equal("inner", (string)second["subject"]!);
        Assert.StartsWith("Inner text.", (string)second["bodyValues"]!["1"]!["value"]!, StringComparison.Ordinal);
        Assert.StartsWith("Inner text.", await DownloadAsync((string)second["textBody"]![0]!["blobId"]!), StringComparison.Ordinal);
        Assert.Equal("not really", await DownloadAsync(image));
        Assert.Null(await DownloadAsync($"n9-{outer}"));
    }

    [Fact]
    public async Task Parse_OfWhatIsNoMessageOrNotThere_SaysSo()
    {
        var (noMessage, many) = (await UploadAsync([0xff, 0xfe, 0, 1, 2]), await UploadAsync(Mails.ManyParts()));

        var answer = await CallAsync("Email/parse", $$"""
            "blobIds":["{{noMessage}}","{{many}}","u00000000000000000000000000000000","n1-n1-n1-n1-n1-n1-{{many}}","x"]
            """);

        Assert.Null(answer["parsed"]);
        Assert.Equal([noMessage, many], Ids(answer["notParsable"]));
        Assert.Equal(3, Ids(answer["notFound"]).Length);
        Assert.Equal("requestTooLarge", await ErrorAsync("Email/parse", $"\"blobIds\":[{string.Join(',', Enumerable.Repeat("\"x\"", 21))}]"));
    }

    [Fact]
    public async Task Parse_OfADeepMessage_EndsSomewhere()
    {
        var text = new StringBuilder("Subject: deep\r\n");
        for (var i = 0; i < 500; i++)
        {
            text.Append($"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        }

        var blob = await UploadAsync(Encoding.UTF8.GetBytes(text.Append("\r\nend").ToString()));

        Assert.Equal("deep", (string)(await ParseAsync(blob, "\"properties\":[\"subject\",\"bodyStructure\"]"))["subject"]!);
    }

    private async Task<System.Text.Json.Nodes.JsonObject> ParseAsync(string blob, string more) =>
        (await CallAsync("Email/parse", $"\"blobIds\":[\"{blob}\"],{more}"))["parsed"]![blob]!.AsObject();
}
