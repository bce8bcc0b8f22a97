using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Email/set makes messages of any shape, and nothing that was said in a value becomes a line of its own.</summary>
public abstract class CreateTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Create_OfAStructure_MakesIt()
    {
        var upload = await UploadAsync("a,b\n"u8.ToArray());

        var id = await CreateAsync($$$"""
            "bodyStructure":{"type":"multipart/mixed","subParts":[
                {"type":"multipart/related","subParts":[{"partId":"h","type":"text/html"},{"blobId":"{{{upload}}}","type":"image/png","cid":"i@x","disposition":"inline","name":"i.png"}]},
                {"partId":"c","type":"text/calendar","name":"i.ics","disposition":"attachment","language":["de"],"location":"http://example.test/i"}]},
            "bodyValues":{"h":{"value":"<p>Grüße</p>"},"c":{"value":"BEGIN:VCALENDAR"}}
            """);

        var email = (await CallAsync("Email/get", $$"""
            "ids":["{{id}}"],"properties":["bodyStructure","bodyValues"],"fetchAllBodyValues":true
            """))["list"]![0]!;
        var root = email["bodyStructure"]!;
        Assert.Equal(["multipart/related", "text/calendar"], root["subParts"]!.AsArray().Select(part => (string)part!["type"]!));
        var (image, calendar) = (root["subParts"]![0]!["subParts"]![1]!, root["subParts"]![1]!);
        Assert.Equal(("image/png", "i@x", "inline", "i.png"), ((string)image["type"]!, (string)image["cid"]!, (string)image["disposition"]!, (string)image["name"]!));
        Assert.Equal(("i.ics", DescribesParts ? "http://example.test/i" : null), ((string)calendar["name"]!, (string?)calendar["location"]));
        Assert.Equal(DescribesParts ? ["de"] : [], Ids(calendar["language"]));
        Assert.Equal("<p>Grüße</p>", (string)email["bodyValues"]!["1.1"]!["value"]!);
    }

    [Fact]
    public async Task Create_WithAnImageInTheText_PutsItBesideTheText()
    {
        var upload = await UploadAsync("x"u8.ToArray());

        var id = await CreateAsync($$$"""
            "textBody":[{"partId":"t"}],"htmlBody":[{"partId":"h"}],"bodyValues":{"t":{"value":"text"},"h":{"value":"<img src='cid:i@x'>"}},
            "attachments":[{"blobId":"{{{upload}}}","type":"image/png","cid":"i@x"},{"blobId":"{{{upload}}}","type":"text/csv","name":"a\r\nX-Evil: 1.csv"}]
            """);

        var root = (await EmailAsync(id, """["bodyStructure"]"""))["bodyStructure"]!;
        Assert.Equal("multipart/mixed", (string)root["type"]!);
        Assert.Equal(["multipart/alternative", "text/csv"], root["subParts"]!.AsArray().Select(part => (string)part!["type"]!));
        Assert.Equal(["text/plain", "multipart/related"], root["subParts"]![0]!["subParts"]!.AsArray().Select(part => (string)part!["type"]!));
        Assert.Equal("a  X-Evil: 1.csv", (string)root["subParts"]![1]!["name"]!);
    }

    [Fact]
    public async Task Create_WithHeaderProperties_WritesThemEncoded()
    {
        var id = await CreateAsync("""
            "header:X-Text:asText":"Grüße\r\nX-Evil: 1","header:X-Raw":"a; b=c","header:Resent-To:asAddresses":[{"name":"Jörg \"J\"","email":"j@example.test"}],
            "header:List-Post:asURLs":["mailto:a@example.test"],"header:X-Ids:asMessageIds":["a@b","c@d"],"header:X-Many:asText:all":["1","2"],
            "header:X-Date:asDate":"2026-01-02T03:04:05+01:00","header:Subject:asText":"by header","sender":[{"email":"s@example.test"}],
            "header:X-Group:asGroupedAddresses":[{"name":"G","addresses":[{"email":"g@example.test"}]}],
            "sentAt":"2025-01-02T03:04:05+01:00","receivedAt":"2024-01-02T03:04:05Z"
            """);

        var email = await EmailAsync(id, """
            ["header:X-Text:asText","header:X-Raw:asText","header:Resent-To:asAddresses","header:List-Post:asURLs","header:X-Ids:asMessageIds","header:X-Many:asText:all",
            "header:X-Date:asDate","subject","sender","header:X-Evil","header:X-Group:asGroupedAddresses","sentAt","receivedAt"]
            """);
        Assert.Equal("Grüße  X-Evil: 1", (string)email["header:X-Text:asText"]!);
        Assert.Equal("a; b=c", (string)email["header:X-Raw:asText"]!);
        Assert.Equal("""Jörg "J" """.Trim(), (string)email["header:Resent-To:asAddresses"]![0]!["name"]!);
        Assert.Equal(["mailto:a@example.test"], Ids(email["header:List-Post:asURLs"]));
        Assert.Equal(["a@b", "c@d"], Ids(email["header:X-Ids:asMessageIds"]));
        Assert.Equal(["1", "2"], Ids(email["header:X-Many:asText:all"]));
        Assert.Equal("2026-01-02T03:04:05+01:00", (string)email["header:X-Date:asDate"]!);
        Assert.Equal(("by header", "s@example.test"), ((string)email["subject"]!, (string)email["sender"]![0]!["email"]!));
        Assert.Equal("G", (string)email["header:X-Group:asGroupedAddresses"]![0]!["name"]!);
        Assert.Equal(("2025-01-02T03:04:05+01:00", "2024-01-02T03:04:05Z"), ((string)email["sentAt"]!, (string)email["receivedAt"]!));
        Assert.Null(email["header:X-Evil"]);
    }

    [Theory]
    [InlineData("\"header:X-Raw\":\"a\\r\\nX-Evil: 1\"")]
    [InlineData("\"header:Content-Type\":\"text/html\"")]
    [InlineData("\"header:Message-ID:asMessageIds\":[\"a@b\"]")]
    [InlineData("\"header:X Y\":\"a\"")]
    [InlineData("\"header:X\":\"a\",\"header:x:asText\":\"b\"")]
    [InlineData("\"subject\":\"a\",\"header:Subject:asText\":\"b\"")]
    [InlineData("\"header:Subject\":\"raw\"")]
    [InlineData("\"header:List-Post:asURLs\":[\"a>,<b\"]")]
    [InlineData("\"messageId\":[\"a@b\"]")]
    [InlineData("\"to\":[{\"email\":\"a@b\\r\\nX-Evil: 1\"}]")]
    [InlineData("\"bodyStructure\":{\"partId\":\"t\"}")]
    [InlineData("\"bodyStructure\":{\"type\":\"multipart/mixed\",\"partId\":\"t\"},\"bodyValues\":{\"t\":{\"value\":\"\"}}")]
    [InlineData("\"bodyStructure\":{\"type\":\"multipart/mixed\",\"subParts\":[]}")]
    [InlineData("\"bodyStructure\":{\"partId\":\"t\"},\"textBody\":[{\"partId\":\"t\"}],\"bodyValues\":{\"t\":{\"value\":\"\"}}")]
    [InlineData("\"textBody\":[{\"partId\":\"t\",\"type\":\"text/html\"}],\"bodyValues\":{\"t\":{\"value\":\"\"}}")]
    [InlineData("\"textBody\":[{\"partId\":\"t\"}],\"bodyValues\":{\"t\":{\"value\":\"\",\"isTruncated\":true}}")]
    [InlineData("\"textBody\":[{\"partId\":\"t\",\"cid\":\"a>\\r\\nb\"}],\"bodyValues\":{\"t\":{\"value\":\"\"}}")]
    public async Task Create_ThatIsWrong_IsRefused(string fields) => Assert.Equal("invalidProperties", (string)(await RefusedAsync(fields))["type"]!);

    [Fact]
    public async Task Create_WithABlobThatIsNotThere_NamesIt()
    {
        var error = await RefusedAsync("\"attachments\":[{\"blobId\":\"u00000000000000000000000000000000\"}]");

        Assert.Equal("blobNotFound", (string)error["type"]!);
        Assert.Equal(["u00000000000000000000000000000000"], Ids(error["notFound"]));
    }

    private async Task<string> CreateAsync(string fields)
    {
        var answer = await SetAsync(fields);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (string)answer["created"]!["c"]!["id"]!;
    }

    private async Task<JsonNode> RefusedAsync(string fields)
    {
        var answer = await SetAsync(fields);
        Assert.True(answer["notCreated"] is not null, answer.ToJsonString());
        return answer["notCreated"]!["c"]!;
    }

    private async Task<JsonObject> SetAsync(string fields) => await CallAsync("Email/set", $$$"""
        "create":{"c":{"mailboxIds":{"{{{await MailboxIdAsync("Inbox")}}}":true},{{{fields}}} } }
        """);
}
