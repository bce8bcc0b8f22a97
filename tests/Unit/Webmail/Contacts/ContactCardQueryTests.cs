namespace Tests.Unit.Webmail.Contacts;

public sealed class ContactCardQueryTests(PostgresServer server) : ContactsTest(server)
{
    [Theory]
    [InlineData("""{"name":"ada"}""", "ada")]
    [InlineData("""{"name/given":"LOVE"}""", "")]
    [InlineData("""{"name/surname":"LOVE"}""", "ada")]
    [InlineData("""{"name/surname2":"king"}""", "ada")]
    [InlineData("""{"nickname":"countess"}""", "ada")]
    [InlineData("""{"organization":"navy"}""", "grace")]
    [InlineData("""{"email":"example.com"}""", "ada grace")]
    [InlineData("""{"email":"private"}""", "grace")]
    [InlineData("""{"phone":"555"}""", "grace")]
    [InlineData("""{"onlineService":"mastodon"}""", "ada")]
    [InlineData("""{"address":"london"}""", "ada")]
    [InlineData("""{"note":"engine"}""", "ada")]
    [InlineData("""{"note":"'analytical engine'"}""", "ada")]
    [InlineData("""{"note":"'engine analytical'"}""", "")]
    [InlineData("""{"note":"engine analytical"}""", "ada")]
    [InlineData("""{"text":"rear"}""", "grace")]
    [InlineData("""{"text":"100%_"}""", "")]
    [InlineData("""{"text":"o'brien"}""", "")]
    [InlineData("""{"uid":"grace"}""", "grace")]
    [InlineData("""{"kind":"individual"}""", "ada grace")]
    [InlineData("""{"kind":"org"}""", "")]
    [InlineData("""{"inAddressBook":"k1"}""", "ada grace")]
    [InlineData("""{"inAddressBook":"nonsense"}""", "")]
    [InlineData("""{"createdBefore":"1950-01-01T00:00:00Z"}""", "ada")]
    [InlineData("""{"createdAfter":"1950-01-01T00:00:00Z"}""", "grace")]
    [InlineData("""{"updatedAfter":"2026-03-01T12:00:00Z"}""", "ada grace")]
    [InlineData("""{"updatedBefore":"2026-03-01T12:00:00Z"}""", "")]
    [InlineData("""{"name":"ada","email":"none"}""", "")]
    [InlineData("""{}""", "ada grace")]
    [InlineData("""{"operator":"OR","conditions":[{"name":"ada"},{"name":"grace"}]}""", "ada grace")]
    [InlineData("""{"operator":"AND","conditions":[{"name":"ada"},{"name":"grace"}]}""", "")]
    [InlineData("""{"operator":"NOT","conditions":[{"name":"ada"},{"name":"nobody"}]}""", "grace")]
    [InlineData("""{"operator":"NOT","conditions":[]}""", "ada grace")]
    public async Task Filter_Finds(string filter, string uids)
    {
        await AddTwoAsync();

        var answer = await Backend.CallAsync(Alice, "ContactCard/query", $"\"filter\":{filter},\"calculateTotal\":true");
        var cards = await Backend.CallAsync(Alice, "ContactCard/get", $"\"ids\":{answer["ids"]!.ToJsonString()},\"properties\":[\"uid\"]");

        Assert.Equal(uids, string.Join(' ', cards["list"]!.AsArray().Select(card => (string)card!["uid"]!)));
        Assert.Equal(cards["list"]!.AsArray().Count, (int)answer["total"]!);
    }

    [Theory]
    [InlineData("""[{"property":"name/given"}]""", "ada grace")]
    [InlineData("""[{"property":"name/given","isAscending":false}]""", "grace ada")]
    [InlineData("""[{"property":"name/surname"}]""", "grace ada")]
    [InlineData("""[{"property":"created","isAscending":false}]""", "grace ada")]
    [InlineData("""[{"property":"updated"},{"property":"name/surname2","isAscending":false}]""", "ada grace")]
    public async Task Sort_Orders(string sort, string uids)
    {
        await AddTwoAsync();

        var answer = await Backend.CallAsync(Alice, "ContactCard/query", $"\"sort\":{sort}");
        var cards = await Backend.CallAsync(Alice, "ContactCard/get", $"\"ids\":{answer["ids"]!.ToJsonString()}");

        Assert.Equal(uids, string.Join(' ', cards["list"]!.AsArray().Select(card => (string)card!["uid"]!)));
    }

    [Theory]
    [InlineData(""" "filter":{"colour":"red"} """, "unsupportedFilter")]
    [InlineData(""" "filter":{"name":1} """, "invalidArguments")]
    [InlineData(""" "filter":{"createdAfter":"now"} """, "invalidArguments")]
    [InlineData(""" "filter":{"operator":"XOR","conditions":[]} """, "invalidArguments")]
    [InlineData(""" "filter":{"operator":"AND"} """, "invalidArguments")]
    [InlineData(""" "sort":[{"property":"shoeSize"}] """, "unsupportedSort")]
    [InlineData(""" "sort":[{"property":"created","collation":"i;octet"}] """, "unsupportedSort")]
    [InlineData(""" "limit":-1 """, "invalidArguments")]
    [InlineData(""" "anchor":"c999" """, "anchorNotFound")]
    public async Task Query_WhatIsNotOffered_IsRefused(string arguments, string error) =>
        Assert.Equal(error, await Backend.ErrorAsync(Alice, "ContactCard/query", arguments));

    [Theory]
    [InlineData(""" "position":1,"limit":2 """, 1, "1 2")]
    [InlineData(""" "position":-2 """, 3, "3 4")]
    [InlineData(""" "position":-99,"limit":1 """, 0, "0")]
    [InlineData(""" "position":99 """, 5, "")]
    [InlineData(""" "anchor":"$2","limit":2 """, 2, "2 3")]
    [InlineData(""" "anchor":"$2","anchorOffset":-1,"limit":1 """, 1, "1")]
    [InlineData(""" "anchor":"$2","anchorOffset":-9 """, 0, "0 1 2 3 4")]
    public async Task Query_Window_IsCut(string arguments, int position, string expected)
    {
        List<string> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await CreateAsync(Person($"Number {i}", "X")));
        }

        var answer = await Backend.CallAsync(Alice, "ContactCard/query", arguments.Replace("$2", ids[2], StringComparison.Ordinal));

        Assert.Equal(expected, string.Join(' ', Texts(answer["ids"]).Select(id => ids.IndexOf(id))));
        Assert.Equal(position, (int)answer["position"]!);
    }

    [Fact]
    public async Task QueryChanges_AppliedToTheOldResults_GivesTheNewOnes()
    {
        List<string> ids = [];
        foreach (var name in (string[])["b", "d", "f", "h"])
        {
            ids.Add(await CreateAsync(Person(name, "match")));
        }

        const string Query = """ "filter":{"name":"match"},"sort":[{"property":"name/given"}] """;
        var old = await Backend.CallAsync(Alice, "ContactCard/query", Query);
        await CreateAsync(Person("c", "match"));
        await CreateAsync(Person("a", "other"));
        await Backend.CallAsync(Alice, "ContactCard/set", $$"""
            "update":{"{{ids[0]}}":{"name/components":[{"kind":"given","value":"z"},{"kind":"surname","value":"match"}]},"{{ids[2]}}":{"name":null} },"destroy":["{{ids[3]}}"]
            """);

        var changes = await Backend.CallAsync(Alice, "ContactCard/queryChanges", $"{Query},\"sinceQueryState\":\"{old["queryState"]}\",\"calculateTotal\":true");
        var current = await Backend.CallAsync(Alice, "ContactCard/query", Query);

        var list = Texts(old["ids"]).Except(Texts(changes["removed"])).ToList();
        foreach (var added in changes["added"]!.AsArray())
        {
            list.Insert((int)added!["index"]!, (string)added["id"]!);
        }

        Assert.Equal(Texts(current["ids"]), list);
        Assert.Equal((string)current["queryState"]!, (string)changes["newQueryState"]!);
        Assert.Equal(list.Count, (int)changes["total"]!);
        Assert.Equal("tooManyChanges", await Backend.ErrorAsync(
            Alice, "ContactCard/queryChanges", $"{Query},\"sinceQueryState\":\"{old["queryState"]}\",\"maxChanges\":1"));
        Assert.Equal("cannotCalculateChanges", await Backend.ErrorAsync(Alice, "ContactCard/queryChanges", $"{Query},\"sinceQueryState\":\"0\""));
    }

    [Fact]
    public async Task Changes_InSteps_EndWhereAllAtOnceDoes()
    {
        var state = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;
        List<string> ids = [];
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await CreateAsync(Person($"{i}", "X")));
        }

        await Backend.CallAsync(Alice, "ContactCard/set", $$""" "update":{"{{ids[0]}}":{"keywords":{"x":true} } },"destroy":["{{ids[1]}}"] """);

        // A client that follows in small steps, knowing at each exactly what it was told.
        HashSet<string> known = [];
        for (var more = true; more;)
        {
            var step = await Backend.CallAsync(Alice, "ContactCard/changes", $"\"sinceState\":\"{state}\",\"maxChanges\":1");
            Assert.InRange(Texts(step["created"]).Length + Texts(step["updated"]).Length + Texts(step["destroyed"]).Length, 0, 1);
            known.UnionWith(Texts(step["created"]));
            Assert.All([.. Texts(step["updated"]), .. Texts(step["destroyed"])], id => Assert.Contains(id, known));
            known.ExceptWith(Texts(step["destroyed"]));
            (state, more) = ((string)step["newState"]!, (bool)step["hasMoreChanges"]!);
        }

        Assert.Equal([ids[0], ids[2], ids[3]], known.Order(StringComparer.Ordinal));
        Assert.Equal((string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!, state);
    }

    [Fact]
    public async Task Changes_OlderThanTheyAreKept_CannotBeCalculated()
    {
        var old = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;
        await CreateAsync(Person("Early", "X"));
        var kept = (string)(await Backend.CallAsync(Alice, "ContactCard/get"))["state"]!;
        Backend.Now = Backend.Now.AddDays(31);
        var late = await CreateAsync(Person("Late", "X"));
        var books = (string)(await Backend.CallAsync(Alice, "AddressBook/get"))["state"]!;

        Assert.Equal("cannotCalculateChanges", await Backend.ErrorAsync(Alice, "ContactCard/changes", $"\"sinceState\":\"{old}\""));
        Assert.Equal("cannotCalculateChanges", await Backend.ErrorAsync(Alice, "ContactCard/changes", "\"sinceState\":\"99999\""));
        Assert.Equal("cannotCalculateChanges", await Backend.ErrorAsync(Alice, "ContactCard/changes", "\"sinceState\":\"x\""));
        Assert.Equal([late], Texts((await Backend.CallAsync(Alice, "ContactCard/changes", $"\"sinceState\":\"{kept}\""))["created"]));
        Assert.Equal(books, (string)(await Backend.CallAsync(Alice, "AddressBook/changes", $"\"sinceState\":\"{books}\""))["newState"]!);
    }

    private async Task AddTwoAsync()
    {
        await CreateAsync("""
            "uid":"ada","created":"1843-01-01T00:00:00Z","name":{"components":[{"kind":"given","value":"Ada"},{"kind":"surname","value":"Lovelace"},{"kind":"surname2","value":"King"}]},
            "nicknames":{"n":{"name":"Countess"}},"emails":{"e":{"address":"ada@example.com"}},"onlineServices":{"o":{"service":"Mastodon","user":"@ada"}},
            "addresses":{"a":{"components":[{"kind":"locality","value":"London"}]}},"notes":{"n":{"note":"Wrote about the Analytical Engine"}}
            """);
        await CreateAsync("""
            "uid":"grace","created":"1952-01-01T00:00:00Z","name":{"components":[{"kind":"given","value":"Grace"},{"kind":"surname","value":"Hopper"}]},
            "organizations":{"o":{"name":"US Navy"}},"titles":{"t":{"name":"Rear admiral"}},"emails":{"e":{"address":"grace@example.com","label":"private"}},"phones":{"p":{"number":"+1 555 0100"}}
            """);
    }
}
