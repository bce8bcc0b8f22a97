using MailKit;
using MimeKit;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>Email/query: filters, order, windows and conversations.</summary>
public abstract class QueryTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Theory]
    [InlineData("""{"from":"ann author"}""", "apple,banana,cherry")]
    [InlineData("""{"from":"nobody"}""", "")]
    [InlineData("""{"subject":"AN"}""", "banana")]
    [InlineData("""{"body":"sweet"}""", "apple,banana")]
    [InlineData("""{"text":"\"very sweet\""}""", "banana")]
    [InlineData("""{"text":"sweet ban"}""", "banana")]
    [InlineData("""{"hasKeyword":"$flagged"}""", "cherry")]
    [InlineData("""{"notKeyword":"$flagged"}""", "apple,banana")]
    [InlineData("""{"after":"2026-03-01T12:01:00Z"}""", "banana,cherry")]
    [InlineData("""{"before":"2026-03-01T12:01:00Z"}""", "apple")]
    [InlineData("""{"minSize":1000}""", "cherry")]
    [InlineData("""{"maxSize":1000}""", "apple,banana")]
    [InlineData("""{"header":["Subject","err"]}""", "cherry")]
    [InlineData("""{"hasAttachment":true}""", "")]
    [InlineData("""{"operator":"OR","conditions":[{"subject":"apple"},{"body":"sour"}]}""", "apple,cherry")]
    [InlineData("""{"operator":"NOT","conditions":[{"subject":"apple"},{"body":"sour"}]}""", "banana")]
    [InlineData("""{"operator":"AND","conditions":[{"body":"sweet"},{"operator":"NOT","conditions":[{"subject":"banana"}]}]}""", "apple")]
    [InlineData("""{"inMailbox":"m999999"}""", "")]
    [InlineData("""{}""", "apple,banana,cherry")]
    public async Task Filter_FindsWhatItNames(string filter, string subjects)
    {
        await AppendAsync("apple", text: "sweet");
        await AppendAsync("banana", text: "very sweet", minute: 1);
        await AppendAsync("cherry", "Fruit", MessageFlags.Flagged, text: "sour" + new string('!', 1000), minute: 2);

        var answer = await CallAsync("Email/query", $$"""
            "filter":{{filter}},"sort":[{"property":"receivedAt","isAscending":true}],"calculateTotal":true
            """);

        var found = await SubjectsAsync(Ids(answer["ids"]));
        Assert.Equal(subjects, string.Join(',', found));
        Assert.Equal(found.Length, (int)answer["total"]!);
    }

    [Theory]
    [InlineData("subject", "apple,Re: banana,cherry")]
    [InlineData("size", "apple,Re: banana,cherry")]
    [InlineData("sentAt", "Re: banana,cherry,apple")]
    public async Task Sort_OrdersByProperty(string property, string subjects)
    {
        await AppendAsync("Re: banana", text: "12345678901234567890");
        await AppendAsync("cherry", text: new string('x', 400), minute: 1);
        await AppendAsync("apple", text: "1", minute: 2);

        var answer = await CallAsync("Email/query", $$"""
            "sort":[{"property":"{{property}}"}]
            """);

        Assert.Equal(subjects, string.Join(',', await SubjectsAsync(Ids(answer["ids"]))));
    }

    [Fact]
    public async Task Get_RightAfterItsQuery_IsAsTheQueryFoundIt()
    {
        await AppendAsync("first");
        await FindAsync("{}");
        await AppendAsync("second", minute: 1);

        var responses = await CallsAsync(
            ("Email/query", """
                "sort":[{"property":"receivedAt","isAscending":true}]
                """),
            ("Email/get", """
                "#ids":{"resultOf":"0","name":"Email/query","path":"/ids"},"properties":["subject"]
                """));

        Assert.Equal(["first", "second"], responses[1]["list"]!.AsArray().Select(email => (string?)email!["subject"]));
        Assert.Equal((string?)responses[0]["queryState"], (string?)responses[1]["state"]);
    }

    [Fact]
    public async Task CollapseThreads_ShowsTheFirstOfEachConversation()
    {
        await AppendAsync("question", messageId: "q@example.test");
        await AppendAsync("other", minute: 1);
        await AppendAsync("Re: question", references: ["q@example.test"], minute: 2);

        var answer = await CallAsync("Email/query", "\"collapseThreads\":true,\"calculateTotal\":true");

        Assert.Equal(["Re: question", "other"], await SubjectsAsync(Ids(answer["ids"])));
        Assert.Equal(2, (int)answer["total"]!);
    }

    [Fact]
    public async Task Thread_AnswerIsReadBeforeItsQuestion_IsOne()
    {
        await AppendAsync("Re: question", "Sent", references: ["q@example.test"], minute: 2);
        await CallAsync("Email/query", "\"filter\":{}");
        await AppendAsync("question", messageId: "q@example.test");

        var ids = Ids((await CallAsync("Email/query", "\"filter\":{}"))["ids"]);

        Assert.Equal(2, ids.Length);
        Assert.Equal((string)(await EmailAsync(ids[0]))["threadId"]!, (string)(await EmailAsync(ids[1]))["threadId"]!);
    }

    [Fact]
    public async Task ThreadKeywords_LookAtTheWholeConversation()
    {
        await AppendAsync("question", messageId: "q@example.test");
        await AppendAsync("Re: question", references: ["q@example.test"], flags: MessageFlags.Seen, minute: 1);
        await AppendAsync("read", flags: MessageFlags.Seen, minute: 2);

        Assert.Equal(["read"], await FindAsync("""{"allInThreadHaveKeyword":"$seen"}"""));
        Assert.Equal(["question", "Re: question", "read"], await FindAsync("""{"someInThreadHaveKeyword":"$seen"}"""));
        Assert.Empty(await FindAsync("""{"noneInThreadHaveKeyword":"$seen"}"""));
    }

    [Fact]
    public async Task Window_ByPositionAnchorAndLimit_IsPartOfTheSameList()
    {
        for (var i = 0; i < 5; i++)
        {
            await AppendAsync($"message {i}", minute: i);
        }

        var all = await InboxAsync();

        Assert.Equal(all[1..3], await InboxAsync("\"position\":1,\"limit\":2,"));
        Assert.Equal(all[^2..], await InboxAsync("\"position\":-2,"));
        Assert.Equal(all[2..4], await InboxAsync($"\"anchor\":\"{all[3]}\",\"anchorOffset\":-1,\"limit\":2,"));
        Assert.Empty(await InboxAsync("\"position\":9,"));
        Assert.Equal("anchorNotFound", await ErrorAsync("Email/query", "\"anchor\":\"e999999\""));
    }

    [Theory]
    [InlineData("""{"color":"red"}""", "unsupportedFilter")]
    [InlineData("""{"operator":"XOR","conditions":[]}""", "unsupportedFilter")]
    [InlineData("""{"before":"yesterday"}""", "invalidArguments")]
    [InlineData("""{"minSize":-1}""", "invalidArguments")]
    [InlineData("""{"hasKeyword":"a b"}""", "invalidArguments")]
    [InlineData("""{"header":["Sub:ject"]}""", "invalidArguments")]
    public async Task Filter_ThatIsWrong_IsRefused(string filter, string error) =>
        Assert.Equal(error, await ErrorAsync("Email/query", $"\"filter\":{filter}"));

    [Fact]
    public async Task Mailbox_LargerThanWhatIsReadAtFirst_IsShownAtOnceAndThenKnownWhole()
    {
        const int Count = 450;
        await AppendHayAsync(Count);
        var inbox = await MailboxIdAsync("Inbox");
        var first = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{inbox}}"},"limit":3,"calculateTotal":true
            """);
        var deep = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{inbox}}"},"position":440,"limit":3
            """, backend: 1);
        var needle = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{inbox}}","body":"needle"}
            """);

        Assert.Equal(["message 449", "message 448", "message 447"], await SubjectsAsync(Ids(first["ids"])));
        Assert.Equal(Count, (int)first["total"]!);
        Assert.Equal(["message 9", "message 8", "message 7"], await SubjectsAsync(Ids(deep["ids"])));
        Assert.Equal(["message 407", "message 307", "message 207", "message 107", "message 7"], await SubjectsAsync(Ids(needle["ids"])));
        await IndexedAsync(inbox);
        var all = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{inbox}}"},"calculateTotal":true
            """);
        Assert.Equal(Count, Ids(all["ids"]).Distinct().Count());
        Assert.Equal(Ids(deep["ids"]), Ids(all["ids"])[440..443]);
    }

    [Fact]
    public async Task Words_InMoreMessagesThanAreAskedAboutAtOnce_AreFoundAsFarAsTheWindowGoes()
    {
        await AppendHayAsync(1100);
        var inbox = await MailboxIdAsync("Inbox");
        await IndexedAsync(inbox);

        var all = await NeedlesAsync("\"calculateTotal\":true");
        var begun = await NeedlesAsync("\"limit\":2");
        var next = await NeedlesAsync("\"position\":2,\"limit\":7");
        var around = await NeedlesAsync($"\"anchor\":\"{all[8]}\",\"anchorOffset\":-1,\"limit\":3");
        var last = await NeedlesAsync("\"position\":-2");
        var collapsed = await NeedlesAsync("\"collapseThreads\":true,\"limit\":6");

        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"message {1007 - (100 * i)}"), await SubjectsAsync(all));
        Assert.Equal(all[..2], begun);
        Assert.Equal(all[2..9], next);
        Assert.Equal(all[7..10], around);
        Assert.Equal(all[^2..], last);
        Assert.Equal(all[..6], collapsed);
        Assert.Equal(all[3..7], await NeedlesAsync("\"limit\":4", ""","before":"2026-01-01T12:00:00Z","after":"2026-01-01T00:30:00Z" """));
        Assert.Equal(all[1..], await NeedlesAsync("\"limit\":20", ""","subject":"message","before":"2026-01-01T16:00:00Z" """));

        async Task<string[]> NeedlesAsync(string window, string more = "") => Ids((await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{inbox}}","body":"needle"{{more}}},{{window}}
            """))["ids"]);
    }

    [Fact]
    public async Task Index_Incomplete_SaysHowFarItIs()
    {
        await AppendHayAsync(10);
        var inbox = await MailboxIdAsync("Inbox");
        await IndexedAsync(inbox);
        Assert.Empty((await GetAsync("/status"))["indexing"]!.AsArray());
        await using (var forget = Database.Source.CreateCommand(
            "WITH gone AS (DELETE FROM email WHERE account = $1 AND uid < 4) UPDATE mailbox SET seen_from_uid = 4 WHERE account = $1 AND role = 'inbox'"))
        {
            forget.Parameters.AddWithValue(Account);
            await forget.ExecuteNonQueryAsync(Cancelled);
        }

        var mailbox = Assert.Single((await GetAsync("/status"))["indexing"]!.AsArray())!;

        Assert.Equal((inbox, 7, 10), ((string)mailbox["mailboxId"]!, (int)mailbox["indexed"]!, (int)mailbox["total"]!));
    }

    [Fact]
    public async Task AttachmentName_FindsWordsInTheNameOfOneFile()
    {
        await AppendFilesAsync("report", "Quarterly Report.pdf", "notes.txt");
        await AppendFilesAsync("overview", "Übersicht 東京.pdf");
        await AppendAsync("quarterly report.pdf", text: "quarterly report.pdf");

        Assert.Equal(["report"], await FindAsync("""{"attachmentName":"quarterly .pdf"}"""));
        Assert.Equal(["overview"], await FindAsync("""{"attachmentName":"übersicht 東京"}"""));
        Assert.Empty(await FindAsync("""{"attachmentName":"quarterly notes"}"""));
        Assert.Equal(["report"], await FindAsync("""{"attachmentName":"pdf","body":"text of report"}"""));
        Assert.Equal(["overview"], await FindAsync("""{"attachmentName":"pdf","operator":"AND","conditions":[{"attachmentName":"pdf"},{"subject":"overview"}]}"""));
        Assert.Equal("unsupportedFilter", await ErrorAsync("Email/query", """
            "filter":{"operator":"NOT","conditions":[{"attachmentName":"pdf"}]}
            """));

        async Task AppendFilesAsync(string subject, params string[] names)
        {
            using var message = Message(subject, text: $"text of {subject}");
            var body = new Multipart("mixed") { message.Body! };
            foreach (var name in names)
            {
                body.Add(new MimePart("application", "octet-stream")
                {
                    FileName = name, Content = new MimeContent(new MemoryStream([1, 2, 3])), ContentTransferEncoding = ContentEncoding.Base64,
                });
            }

            message.Body = body;
            await (await OpenAsync("INBOX")).AppendAsync(new AppendRequest(message), Cancelled);
        }
    }

    /// <summary>A message a minute; every hundredth, from number 7 on, holds a needle.</summary>
    private async Task AppendHayAsync(int count)
    {
        var folder = await OpenAsync("INBOX");
        for (var i = 0; i < count; i++)
        {
            using var message = Message($"message {i}", text: i % 100 == 7 ? "needle" : "hay");
            await folder.AppendAsync(new AppendRequest(message, MessageFlags.None, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(i)), Cancelled);
        }
    }

    /// <summary>The index is made by itself.</summary>
    private async Task IndexedAsync(string mailbox)
    {
        while (!(bool)(await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{mailbox}}"},"limit":1
            """))["canCalculateChanges"]!)
        {
            await Task.Delay(50, Cancelled);
        }
    }

    private async Task<string[]> FindAsync(string filter) => await SubjectsAsync(Ids((await CallAsync("Email/query", $$"""
        "filter":{{filter}},"sort":[{"property":"receivedAt","isAscending":true}]
        """))["ids"]));

    private async Task<string[]> SubjectsAsync(string[] ids)
    {
        var list = (await CallAsync("Email/get", $$"""
            "ids":[{{string.Join(',', ids.Select(id => $"\"{id}\""))}}],"properties":["subject"]
            """))["list"]!.AsArray();
        return [.. list.Select(item => (string)item!["subject"]!)];
    }
}
