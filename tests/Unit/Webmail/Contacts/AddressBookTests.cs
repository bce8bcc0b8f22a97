namespace Tests.Unit.Webmail.Contacts;

public sealed class AddressBookTests(PostgresServer server) : ContactsTest(server)
{
    [Fact]
    public async Task Get_NewAccount_HasOneDefaultAddressBook()
    {
        var answer = await Backend.CallAsync(Alice, "AddressBook/get");

        var book = Assert.Single(answer["list"]!.AsArray())!;
        Assert.True((bool)book["isDefault"]!);
        Assert.False((bool)book["myRights"]!["mayDelete"]!);
        Assert.Null(book["shareWith"]);
    }

    [Fact]
    public async Task Get_NewAccountFromTwoBackendsAtOnce_MakesOneAddressBook()
    {
        await using var source = Database.Another();
        await using var other = new Backend(source);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? Backend : other).CallAsync(Alice, "AddressBook/get")));

        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM address_book", Cancelled));
    }

    [Fact]
    public async Task Get_Replayed_IsTheSameAndAsksNothing()
    {
        var journal = new TestJournal();
        var first = await Backend.CallAsync(Alice, "AddressBook/get", "", journal);
        await Backend.CallAsync(Alice, "AddressBook/set", """ "create":{"n":{"name":"Later"}} """);

        var again = await Backend.CallAsync(Alice, "AddressBook/get", "", journal.Replay());

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(["contacts.books", "contacts.open", "contacts.books"], journal.Names);
    }

    [Fact]
    public async Task Set_CreateUpdateDestroy_IsSeenByChanges()
    {
        var before = (string)(await Backend.CallAsync(Alice, "AddressBook/get"))["state"]!;
        var created = await Backend.CallAsync(Alice, "AddressBook/set", """ "create":{"w":{"name":"Work","sortOrder":3}} """);
        var id = (string)created["created"]!["w"]!["id"]!;
        await Backend.CallAsync(Alice, "AddressBook/set", $$""" "update":{"{{id}}":{"name":"Office","description":"Colleagues"} } """);

        var changes = await Backend.CallAsync(Alice, "AddressBook/changes", $"\"sinceState\":\"{before}\"");
        var since = await Backend.CallAsync(Alice, "AddressBook/changes", $"\"sinceState\":\"{created["newState"]}\"");
        var book = (await Backend.CallAsync(Alice, "AddressBook/get", $"\"ids\":[\"{id}\",\"k999\"]"));
        var destroyed = await Backend.CallAsync(Alice, "AddressBook/set", $"\"destroy\":[\"{id}\"]");

        Assert.Equal([id], Texts(changes["created"]));
        Assert.Empty(changes["updated"]!.AsArray());
        Assert.Equal([id], Texts(since["updated"]));
        Assert.Equal(("Office", 3), ((string)book["list"]![0]!["name"]!, (int)book["list"]![0]!["sortOrder"]!));
        Assert.Equal(["k999"], Texts(book["notFound"]));
        Assert.Equal([id], Texts(destroyed["destroyed"]));
    }

    [Theory]
    [InlineData("""{"name":""}""", "invalidProperties", "name")]
    [InlineData("""{"description":"no name"}""", "invalidProperties", "name")]
    [InlineData("""{"name":"n","sortOrder":-1}""", "invalidProperties", "sortOrder")]
    [InlineData("""{"name":"n","isDefault":true}""", "invalidProperties", "isDefault")]
    [InlineData("""{"name":"n","colour":"red"}""", "invalidProperties", "colour")]
    [InlineData("""{"name":"n\u0000"}""", "invalidProperties", "name")]
    [InlineData("""{"name":"n","shareWith":{"p":{}}}""", "forbidden", null)]
    public async Task Set_InvalidCreate_NamesTheProperty(string fields, string type, string? property)
    {
        var answer = await Backend.CallAsync(Alice, "AddressBook/set", $$""" "create":{"x":{{fields}} } """);

        var error = answer["notCreated"]!["x"]!;
        Assert.Equal(type, (string)error["type"]!);
        Assert.Equal(property, (string?)error["properties"]?[0]);
    }

    [Fact]
    public async Task Set_Default_ReportsBothAndMovesTheRights()
    {
        var old = await DefaultBookAsync();

        var answer = await Backend.CallAsync(Alice, "AddressBook/set", """ "create":{"n":{"name":"New"}},"onSuccessSetIsDefault":"#n" """);

        var made = answer["created"]!["n"]!;
        Assert.True((bool)made["isDefault"]!);
        Assert.False((bool)answer["updated"]![old]!["isDefault"]!);
        Assert.True((bool)answer["updated"]![old]!["myRights"]!["mayDelete"]!);
        Assert.Equal((string)made["id"]!, await DefaultBookAsync());
    }

    [Fact]
    public async Task Set_DefaultThatIsNotThere_IsIgnored()
    {
        var old = await DefaultBookAsync();

        var answer = await Backend.CallAsync(Alice, "AddressBook/set", """ "onSuccessSetIsDefault":"k999" """);

        Assert.Null(answer["updated"]);
        Assert.Equal(old, await DefaultBookAsync());
    }

    [Fact]
    public async Task Destroy_DefaultAddressBook_IsForbidden()
    {
        var id = await DefaultBookAsync();

        var answer = await Backend.CallAsync(Alice, "AddressBook/set", $"\"destroy\":[\"{id}\"]");

        Assert.Equal("forbidden", (string)answer["notDestroyed"]![id]!["type"]!);
    }

    [Fact]
    public async Task Destroy_WithContents_NeedsLeaveAndTakesOnlyCardsThatAreNowhereElse()
    {
        var id = (string)(await Backend.CallAsync(Alice, "AddressBook/set", """ "create":{"n":{"name":"New"}} """))["created"]!["n"]!["id"]!;
        var both = await CreateAsync(Person("Both", "X"));
        await Backend.CallAsync(Alice, "ContactCard/set", $$""" "update":{"{{both}}":{"addressBookIds/{{id}}":true} } """);
        var only = (string)(await Backend.CallAsync(Alice, "ContactCard/set", $$""" "create":{"o":{"addressBookIds":{"{{id}}":true} } } """))["created"]!["o"]!["id"]!;
        var before = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;

        var refused = await Backend.CallAsync(Alice, "AddressBook/set", $"\"destroy\":[\"{id}\"]");
        var done = await Backend.CallAsync(Alice, "AddressBook/set", $"\"destroy\":[\"{id}\"],\"onDestroyRemoveContents\":true");
        var changes = await Backend.CallAsync(Alice, "ContactCard/changes", $"\"sinceState\":\"{before}\"");

        Assert.Equal("addressBookHasContents", (string)refused["notDestroyed"]![id]!["type"]!);
        Assert.Equal([id], Texts(done["destroyed"]));
        Assert.Equal([both], Texts(changes["updated"]));
        Assert.Equal([only], Texts(changes["destroyed"]));
        Assert.Single((await GetAsync(both))["addressBookIds"]!.AsObject());
    }

    [Fact]
    public async Task Set_OtherAccount_DoesNotSeeIt()
    {
        var id = (string)(await Backend.CallAsync(Alice, "AddressBook/set", """ "create":{"n":{"name":"Mine"}} """))["created"]!["n"]!["id"]!;

        var get = await Backend.CallAsync(Bob, "AddressBook/get", $"\"ids\":[\"{id}\"]");
        var set = await Backend.CallAsync(Bob, "AddressBook/set", $$""" "update":{"{{id}}":{"name":"Bob's"} } """);

        Assert.Equal([id], Texts(get["notFound"]));
        Assert.Equal("notFound", (string)set["notUpdated"]![id]!["type"]!);
    }
}
