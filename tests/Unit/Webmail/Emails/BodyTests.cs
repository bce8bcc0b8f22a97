using System.Text.Json.Nodes;
using MailKit;
using MimeKit;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Email/get shows structures, parts with their headers, and texts up to a limit.</summary>
public abstract class BodyTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Get_OfTheStructure_ShowsAllPartsAndTheirHeaders()
    {
        var id = await AppendRichAsync();

        var email = (await CallAsync("Email/get", $$"""
            "ids":["{{id}}"],"properties":["bodyStructure","hasAttachment"],"bodyProperties":["partId","blobId","type","name","cid","language","header:X-Part:asText","header:Subject:asText","headers"]
            """))["list"]![0]!;

        var root = email["bodyStructure"]!;
        Assert.Equal("multipart/mixed", (string)root["type"]!);
        Assert.Null(root["partId"]);
        Assert.Null(root["blobId"]);
        Assert.Equal("rich", (string)root["header:Subject:asText"]!);
        Assert.Equal(["multipart/alternative", "image/png", "message/rfc822"], root["subParts"]!.AsArray().Select(part => (string)part!["type"]!));
        Assert.Equal(["1.1", "1.2"], root["subParts"]![0]!["subParts"]!.AsArray().Select(part => (string)part!["partId"]!));
        var image = root["subParts"]![1]!;
        Assert.Equal(("ä.png", "image@example.test"), ((string)image["name"]!, (string)image["cid"]!));
        Assert.Equal(DescribesParts ? "its own" : null, (string?)image["header:X-Part:asText"]);
        Assert.Equal(DescribesParts ? ["de", "en"] : [], Ids(image["language"]));
        Assert.Contains(image["headers"]!.AsArray(), header => (string)header!["name"]! == "Content-Disposition");
        Assert.Null(root["subParts"]![0]!["header:X-Part:asText"]);
        Assert.Equal("not really", await DownloadAsync((string)image["blobId"]!));
        Assert.True((bool)email["hasAttachment"]!);
    }

    [Fact]
    public async Task Get_OfAMessageOfOnePart_GivesThePartTheMessagesHeader()
    {
        await AppendAsync("single");
        var id = Assert.Single(await InboxAsync());

        var email = await CallAsync("Email/get", $$"""
            "ids":["{{id}}"],"properties":["bodyStructure","textBody"],"bodyProperties":["partId","header:Subject:asText","subParts"]
            """);

        var (root, text) = (email["list"]![0]!["bodyStructure"]!, email["list"]![0]!["textBody"]![0]!);
        Assert.Equal(("1", "single"), ((string)root["partId"]!, (string)root["header:Subject:asText"]!));
        Assert.Equal(root.ToJsonString(), text.ToJsonString());
    }

    [Fact]
    public async Task Get_OfValuesUpToALimit_CutsBetweenCharactersAndBeforeTags()
    {
        var id = await AppendRichAsync();

        var values = (await CallAsync("Email/get", $$"""
            "ids":["{{id}}"],"properties":["bodyValues"],"fetchAllBodyValues":true,"maxBodyValueBytes":4
            """))["list"]![0]!["bodyValues"]!;

        Assert.Equal("Grü", (string)values["1.1"]!["value"]!);
        Assert.Equal("", (string)values["1.2"]!["value"]!);
        Assert.True((bool)values["1.1"]!["isTruncated"]!);
        Assert.Equal("invalidArguments", await ErrorAsync("Email/get", $"\"ids\":[\"{id}\"],\"maxBodyValueBytes\":-1"));
        Assert.Equal("invalidArguments", await ErrorAsync("Email/get", $"\"ids\":[\"{id}\"],\"bodyProperties\":[\"none\"]"));
    }

    [Fact]
    public async Task Get_OfUuencodedParts_ShowsAndGivesWhatIsInThem()
    {
        using var message = await MimeMessage.LoadAsync(new MemoryStream(Mails.Bytes(Mails.Uuencoded)), Cancelled);
        await (await FolderAsync("INBOX")).AppendAsync(new AppendRequest(message), Cancelled);
        var id = Assert.Single(await InboxAsync());
        const string Wanted = "\"properties\":[\"bodyValues\",\"attachments\"],\"fetchAllBodyValues\":true";

        var email = (await CallAsync("Email/get", $"\"ids\":[\"{id}\"],{Wanted}"))["list"]![0]!;
        var parsed = (await CallAsync("Email/parse", $"\"blobIds\":[\"b-{id}\"],{Wanted}"))["parsed"]![$"b-{id}"]!;

        foreach (var one in (JsonNode[])[email, parsed])
        {
            Assert.Equal("Cat", (string)one["bodyValues"]!["1"]!["value"]!);
            Assert.Equal(["Cat", "no file\r\n"], await Task.WhenAll(one["attachments"]!.AsArray().Select(part => DownloadAsync((string)part!["blobId"]!))));
        }
    }

    [Theory]
    [InlineData("<p>ab</p>", 4, "<p>a")]
    [InlineData("<p>ab</p>", 2, "")]
    [InlineData("<p>ab</p>", 7, "<p>ab")]
    [InlineData("<p>ab</p>", 9, "<p>ab</p>")]
    [InlineData("a <b title='x>y'>c", 14, "a ")]
    [InlineData("1 < 2 and more", 6, "1 < 2 ")]
    [InlineData("a<!-- > -->b", 8, "a")]
    public void Cut_OfHtml_EndsBeforeATag(string html, int bytes, string expected) => Assert.Equal(expected, BodyCut.Cut(html, true, bytes));

    [Theory]
    [InlineData("aä", 2, "a")]
    [InlineData("a\U0001F600", 4, "a")]
    [InlineData("a\U0001F600", 5, "a\U0001F600")]
    [InlineData("<p", 1, "<")]
    public void Cut_OfText_EndsBetweenCharacters(string text, int bytes, string expected) => Assert.Equal(expected, BodyCut.Cut(text, false, bytes));

    private async Task<string> AppendRichAsync()
    {
        using var message = Mails.Rich();
        await (await FolderAsync("INBOX")).AppendAsync(new AppendRequest(message), Cancelled);
        return Assert.Single(await InboxAsync());
    }
}
