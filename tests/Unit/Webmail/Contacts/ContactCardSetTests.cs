using Webmail.Web.Contacts;

namespace Tests.Unit.Webmail.Contacts;

public sealed class ContactCardSetTests(PostgresServer server) : ContactsTest(server)
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    [Fact]
    public async Task Create_Card_IsStoredWithWhatTheServerSets()
    {
        var id = await CreateAsync(Person("Ada", "Lovelace", """ "emails":{"e":{"address":"ada@example.com","contexts":{"work":true}}},"example.com:x":[1,null] """));

        var card = await GetAsync(id);

        Assert.Equal("ada@example.com", (string)card["emails"]!["e"]!["address"]!);
        Assert.Equal("[1,null]", card["example.com:x"]!.ToJsonString());
        Assert.StartsWith("urn:uuid:", (string)card["uid"]!, StringComparison.Ordinal);
        Assert.Equal(("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "1.0"), ((string)card["created"]!, (string)card["updated"]!, (string)card["version"]!));
        Assert.Equal(await DefaultBookAsync(), Assert.Single(card["addressBookIds"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData(""" "emails":{"e":{"address":1}} """, "emails")]
    [InlineData(""" "emails":{"e":{}} """, "emails")]
    [InlineData(""" "emails":{"e e":{"address":"a@example.com"}} """, "emails")]
    [InlineData(""" "uid":"" """, "uid")]
    [InlineData(""" "created":"yesterday" """, "created")]
    [InlineData(""" "id":"c1" """, "id")]
    [InlineData(""" "addressBookIds":{} """, "addressBookIds")]
    [InlineData(""" "addressBookIds":{"k77":true} """, "addressBookIds")]
    [InlineData(""" "members":{"a":false} """, "members")]
    [InlineData(""" "anniversaries":{"b":{"kind":"birth","date":{"year":1815,"month":13}}} """, "anniversaries")]
    [InlineData(""" "notes":{"n":{"note":"zero \u0000"}} """, "notes")]
    [InlineData(""" "notes":{"n":{"note":"half \ud800"}} """, "notes")]
    [InlineData(""" "media":{"p":{"kind":"photo","uri":"data:image/png;base64,AAAA"}} """, "media")]
    [InlineData(""" "media":{"p":{"kind":"photo","blobId":"u00000000000000000000000000000000"}} """, "media")]
    public async Task Create_Invalid_NamesTheProperty(string properties, string property)
    {
        var book = properties.Contains("addressBookIds", StringComparison.Ordinal) ? "" : $$"""
            "addressBookIds":{"{{await DefaultBookAsync()}}":true},
            """;

        var answer = await Backend.CallAsync(Alice, "ContactCard/set", $$""" "create":{"x":{{{book}}{{properties}} },"y":1} """);

        Assert.Equal("invalidProperties", (string)answer["notCreated"]!["x"]!["type"]!);
        Assert.Equal(property, (string)Assert.Single(answer["notCreated"]!["x"]!["properties"]!.AsArray())!);
        Assert.Equal("invalidProperties", (string)answer["notCreated"]!["y"]!["type"]!);
    }

    [Fact]
    public async Task Create_SecondCardWithTheUid_IsRefusedAndTheOthersGoOn()
    {
        var book = await DefaultBookAsync();
        string Card(string uid) => $$"""{"uid":"{{uid}}","addressBookIds":{"{{book}}":true} }""";

        var answer = await Backend.CallAsync(Alice, "ContactCard/set", $$""" "create":{"a":{{Card("one")}},"b":{{Card("one")}},"c":{{Card("two")}} } """);

        Assert.Equal(["a", "c"], answer["created"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal("uid", (string)answer["notCreated"]!["b"]!["properties"]![0]!);
    }

    [Fact]
    public async Task Create_UidOfAnotherAccount_IsTaken()
    {
        await CreateAsync(""" "uid":"same" """);

        await CreateAsync(""" "uid":"same" """, Bob);

        Assert.Equal(2L, await Database.ScalarAsync<long>("SELECT count(*) FROM contact_card", Cancelled));
    }

    [Fact]
    public async Task Update_Patch_ChangesOnlyWhatItNames()
    {
        var id = await CreateAsync(Person("Ada", "Byron", """ "emails":{"a-b":{"address":"x@example.com"}} """));
        Backend.Now = Backend.Now.AddHours(1);

        var answer = await Backend.CallAsync(Alice, "ContactCard/set", $$"""
            "update":{"{{id}}":{"name/full":"Ada Lovelace","emails/a-b/pref":1,"emails/new":{"address":"y@example.com"},"keywords":{"friend":true} } }
            """);
        var card = await GetAsync(id);

        Assert.Equal("""{"updated":"2026-03-01T13:00:00Z"}""", answer["updated"]![id]!.ToJsonString());
        Assert.Equal(("Ada Lovelace", 1, "y@example.com"), ((string)card["name"]!["full"]!, (int)card["emails"]!["a-b"]!["pref"]!, (string)card["emails"]!["new"]!["address"]!));
        Assert.Equal("2026-03-01T12:00:00Z", (string)card["created"]!);
    }

    [Theory]
    [InlineData("""{"emails/none/address":"x"}""", "invalidPatch", null)]
    [InlineData("""{"name/components/0":{}}""", "invalidPatch", null)]
    [InlineData("""{"name":{},"name/full":"x"}""", "invalidPatch", null)]
    [InlineData("1", "invalidPatch", null)]
    [InlineData("""{"id":"c9"}""", "invalidProperties", "id")]
    [InlineData("""{"addressBookIds":null}""", "invalidProperties", "addressBookIds")]
    [InlineData("""{"uid":null}""", "invalidProperties", "uid")]
    public async Task Update_Invalid_LeavesTheCardAsItWas(string patch, string type, string? property)
    {
        var id = await CreateAsync(Person("Ada", "Byron"));
        var before = await GetAsync(id);

        var answer = await Backend.CallAsync(Alice, "ContactCard/set", $$""" "update":{"{{id}}":{{patch}} } """);

        Assert.Equal(type, (string)answer["notUpdated"]![id]!["type"]!);
        Assert.Equal(property, (string?)answer["notUpdated"]![id]!["properties"]?[0]);
        Assert.Equal(before.ToJsonString(), (await GetAsync(id)).ToJsonString());
    }

    [Fact]
    public async Task Set_OtherAccountsCard_IsNotFound()
    {
        var id = await CreateAsync(Person("Ada", "Byron"));

        var get = await Backend.CallAsync(Bob, "ContactCard/get", $"\"ids\":[\"{id}\"]");
        var set = await Backend.CallAsync(Bob, "ContactCard/set", $$""" "update":{"{{id}}":{"keywords":{"x":true} } },"destroy":["{{id}}"] """);

        Assert.Equal([id], Texts(get["notFound"]));
        Assert.Equal("notFound", (string)set["notDestroyed"]![id]!["type"]!);
        Assert.NotNull(set["notUpdated"]![id]);
        Assert.Equal("Ada", (string)(await GetAsync(id))["name"]!["components"]![0]!["value"]!);
        Assert.Equal("accountNotFound", (string)(await Backend.AskAsync(Bob, """[["ContactCard/get",{"accountId":"alice"},"0"]]"""))[0].Arguments["type"]!);
    }

    [Fact]
    public async Task Set_IfInState_IsCheckedAndRemembered()
    {
        var state = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;
        var id = await CreateAsync(Person("Ada", "Byron"));

        Assert.Equal("stateMismatch", await Backend.ErrorAsync(Alice, "ContactCard/set", $"\"ifInState\":\"{state}\",\"destroy\":[\"{id}\"]"));
        Assert.Equal(id, (string)(await GetAsync(id))["id"]!);
    }

    [Fact]
    public async Task Set_InDoubtOnAnotherBackend_AnswersTheSameAndActsOnce()
    {
        await using var source = Database.Another();
        await using var other = new Backend(source);
        var book = await DefaultBookAsync();
        var create = $$""" "create":{"a":{"addressBookIds":{"{{book}}":true} },"b":{"addressBookIds":{"{{book}}":true} } } """;
        var journal = new TestJournal();
        var first = await Backend.CallAsync(Alice, "ContactCard/set", create, journal);
        await CreateAsync(Person("Some", "One"));

        var replayed = await other.CallAsync(Alice, "ContactCard/set", create, journal.Replay());
        var resolved = await other.CallAsync(Alice, "ContactCard/set", create, journal.InDoubt());

        Assert.Equal(first.ToJsonString(), replayed.ToJsonString());
        Assert.Equal(first.ToJsonString(), resolved.ToJsonString());
        Assert.Equal(3L, await Database.ScalarAsync<long>("SELECT count(*) FROM contact_card", Cancelled));
    }

    [Fact]
    public async Task Set_StateMismatchInDoubt_IsRefusedAgain()
    {
        var state = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;
        await CreateAsync(Person("Ada", "Byron"));
        var journal = new TestJournal();
        var call = $$"""[["ContactCard/set",{"accountId":"$account","ifInState":"{{state}}"},"0"]]""";

        var first = await Backend.AskAsync(Alice, call, journal);
        var resolved = await Backend.AskAsync(Alice, call, journal.InDoubt());

        Assert.Equal("stateMismatch", (string)first[0].Arguments["type"]!);
        Assert.Equal(first[0].Arguments.ToJsonString(), resolved[0].Arguments.ToJsonString());
    }

    [Fact]
    public async Task Set_CreationIds_ReachLaterCallsAndAddressBooks()
    {
        var answers = await Backend.AskAsync(Alice, """
            [["AddressBook/set",{"accountId":"$account","create":{"b":{"name":"Work"}}},"0"],
             ["ContactCard/set",{"accountId":"$account","create":{"c":{"addressBookIds":{"#b":true}}}},"1"],
             ["ContactCard/get",{"accountId":"$account","ids":["#c"]},"2"]]
            """);

        var book = (string)answers[0].Arguments["created"]!["b"]!["id"]!;
        Assert.Equal(book, Assert.Single(answers[2].Arguments["list"]![0]!["addressBookIds"]!.AsObject()).Key);
    }

    [Fact]
    public async Task Set_ManyAtOnceFromTwoBackends_LosesNothing()
    {
        await using var source = Database.Another();
        await using var other = new Backend(source);
        var book = await DefaultBookAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Backend : other).CallAsync(
            Alice, "ContactCard/set", $$""" "create":{"c":{"uid":"u{{i}}","addressBookIds":{"{{book}}":true} } } """)));

        Assert.Equal(20, answers.Select(answer => (string)answer["created"]!["c"]!["id"]!).Distinct().Count());
        Assert.Equal(20, answers.Select(answer => (string)answer["newState"]!).Distinct().Count());
    }

    [Fact]
    public async Task Photo_AsDataUri_BecomesABlobThatSurvivesOtherChanges()
    {
        var id = await CreateAsync($$""" "media":{"p":{"kind":"photo","uri":"data:image/jpeg;base64,{{Png}}"} } """);
        var photo = (await GetAsync(id))["media"]!["p"]!.AsObject();

        await Backend.CallAsync(Alice, "ContactCard/set", $$""" "update":{"{{id}}":{"keywords":{"x":true} } } """);

        // The bytes are a PNG, whatever the URI says.
        Assert.Equal("image/png", (string)photo["mediaType"]!);
        Assert.False(photo.ContainsKey("uri"));
        Assert.Equal(photo.ToJsonString(), (await GetAsync(id))["media"]!["p"]!.ToJsonString());
        var bob = await Backend.CallAsync(Bob, "ContactCard/set", $$""" "create":{"c":{"addressBookIds":{"{{await DefaultBookAsync(Bob)}}":true},"media":{"p":{"kind":"photo","blobId":"{{photo["blobId"]}}"} } } } """);
        Assert.Equal("media", (string)bob["notCreated"]!["c"]!["properties"]![0]!);
    }

    [Fact]
    public async Task Group_Members_AreKeptAndFound()
    {
        var group = await CreateAsync(""" "kind":"group","name":{"full":"Friends"},"members":{"urn:uuid:1":true,"not here":true} """);
        await CreateAsync(""" "uid":"urn:uuid:1" """);

        var found = await Backend.CallAsync(Alice, "ContactCard/query", """ "filter":{"kind":"group","hasMember":"not here"} """);

        Assert.Equal([group], Texts(found["ids"]));
        Assert.True((bool)(await GetAsync(group))["members"]!["not here"]!);
    }

    [Fact]
    public async Task Import_InDoubtOnAnotherBackend_AnswersTheSameAndActsOnce()
    {
        await using var source = Database.Another();
        await using var other = new Backend(source);
        var journal = new TestJournal();
        var file = "BEGIN:VCARD\nFN:A\nEND:VCARD\n"u8.ToArray();

        var first = await Backend.Service<ContactImport>().RunAsync(Backend.Account(Alice, journal), null, "text/vcard", file, Cancelled);
        var again = await other.Service<ContactImport>().RunAsync(other.Account(Alice, journal.InDoubt()), null, "text/vcard", file, Cancelled);

        Assert.Equal((1, 0), (first.Created, first.Merged));
        Assert.Equal((1, 0), (again.Created, again.Merged));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM contact_card", Cancelled));
    }
}
