using MailKit;
using MailKit.Search;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>What jobs do to messages, how exactly they count it, and how it is put back.</summary>
public abstract class ActionTests(PostgresServer postgres, IImapServer imap) : JobTest(postgres, imap)
{
    /// <summary>More than two steps of them, and more than are in the index at once.</summary>
    protected virtual int Many => 1100;

    [Fact]
    public async Task Move_WholeMailboxAndUndone_CountsAreExact()
    {
        await FillAsync("INBOX", Many);
        await Backend.Jobs.StartAsync(Cancelled);
        var (inbox, archive) = (await MailboxIdAsync("INBOX"), await IndexAsync("Archive"));

        var moved = await DoAsync(Move(archive, Selection(inbox)));
        Assert.Equal((Many, Many, 0, 0), Counts(moved));
        Assert.Equal((true, 0), ((bool)moved["canUndo"]!, (int)moved["destroys"]!));
        Assert.Equal((0, Many), (await HowManyAsync("INBOX"), await HowManyAsync("Archive")));
        Assert.Equal((0, Many), (await IndexedAsync(inbox), await IndexedAsync(archive)));

        var undone = await UndoAsync(moved);
        Assert.Equal((Many, Many, 0, 0), Counts(undone));
        Assert.Equal((Many, 0), (await HowManyAsync("INBOX"), await HowManyAsync("Archive")));
        Assert.Equal((Many, 0), (await IndexedAsync(inbox), await IndexedAsync(archive)));
        Assert.Equal((string)undone["id"]!, (string)(await GetAsync((string)moved["id"]!))["undoneBy"]!);
    }

    [Fact]
    public async Task Move_SomethingArrivesMeanwhile_StaysWhereItIs()
    {
        await FillAsync("INBOX", 10);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        Assert.Equal(10, (int)job["total"]!);

        await FillAsync("INBOX", 5, from: 10);
        await IndexAsync("INBOX");
        await Backend.Jobs.StartAsync(Cancelled);

        Assert.Equal((10, 10, 0, 0), Counts(await UntilJobAsync(job, "done")));
        Assert.Equal("10 11 12 13 14", await NumbersAsync("INBOX"));
    }

    [Fact]
    public async Task Move_SelectedLater_WhatArrivesMeanwhileStaysToo()
    {
        await FillAsync("INBOX", 10);
        var (inbox, archive) = (await MailboxIdAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        Assert.Null(job["total"]);

        await FillAsync("INBOX", 5, from: 10);
        await Backend.Jobs.StartAsync(Cancelled);

        Assert.Equal((10, 10, 0, 0), Counts(await UntilJobAsync(job, "done")));
        Assert.Equal("10 11 12 13 14", await NumbersAsync("INBOX"));
    }

    [Fact]
    public async Task Move_OthersMovedAndRemovedSome_TheyAreGone()
    {
        await FillAsync("INBOX", 10);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var elsewhere = await OpenAsync("Elsewhere");
        var job = await CreateAsync(Move(archive, Selection(inbox)));

        var folder = await OpenAsync("INBOX");
        await folder.MoveToAsync([.. (await folder.SearchAsync(SearchQuery.All, Cancelled)).Take(1)], elsewhere, Cancelled);
        await folder.AddFlagsAsync(0, MessageFlags.Deleted, true, Cancelled);
        await folder.ExpungeAsync(Cancelled);
        await Backend.Jobs.StartAsync(Cancelled);

        var done = await UntilJobAsync(job, "done");
        Assert.Equal((10, 8, 0, 2), Counts(done));
        Assert.Equal(8, await HowManyAsync("Archive"));
        Assert.Equal(1, await HowManyAsync("Elsewhere"));

        Assert.Equal((8, 8, 0, 0), Counts(await UndoAsync(done)));
        Assert.Equal(8, await HowManyAsync("INBOX"));
        Assert.Equal(1, await HowManyAsync("Elsewhere"));
    }

    [Fact]
    public async Task Move_NamedMessages_SomeThereAndSomeGone()
    {
        await FillAsync("INBOX", 4);
        await FillAsync("Archive", 1, from: 4);
        var (ids, there, archive) = (await IdsAsync("INBOX"), await IdsAsync("Archive"), await IndexAsync("Archive"));
        await Backend.Jobs.StartAsync(Cancelled);

        var job = await DoAsync(Move(archive, Emails(ids[0], ids[2], there[0], "e999", ids[0])));

        Assert.Equal((4, 2, 1, 1), Counts(job));
        Assert.Equal(1, (int)job["skippedBy"]!["already"]!);
        Assert.Equal("1 3", await NumbersAsync("INBOX"));
        Assert.Equal("0 2 4", await NumbersAsync("Archive"));
        Assert.Equal((2, 2, 0, 0), Counts(await UndoAsync(job)));
        Assert.Equal("4", await NumbersAsync("Archive"));
        Assert.Equal(ids, await IdsAsync("INBOX"));
    }

    [Fact]
    public async Task Undo_OthersHaveMovedSomeSince_TheyStayThere()
    {
        await FillAsync("INBOX", 6);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        await Backend.Jobs.StartAsync(Cancelled);
        var job = await DoAsync(Move(archive, Selection(inbox)));

        var elsewhere = await OpenAsync("Elsewhere");
        var folder = await OpenAsync("Archive");
        await folder.MoveToAsync([.. (await folder.SearchAsync(SearchQuery.All, Cancelled)).Take(2)], elsewhere, Cancelled);

        Assert.Equal((6, 4, 0, 2), Counts(await UndoAsync(job)));
        Assert.Equal((4, 0, 2), (await HowManyAsync("INBOX"), await HowManyAsync("Archive"), await HowManyAsync("Elsewhere")));
    }

    [Fact]
    public async Task SetKeywords_Undone_RestoresEachAsItWas()
    {
        await FillAsync("INBOX", 8, number => (number % 2 == 0 ? MessageFlags.Seen : 0) | (number % 4 < 2 ? MessageFlags.Flagged : 0));
        var before = await FlagsAsync("INBOX");
        var inbox = await IndexAsync("INBOX");
        await Backend.Jobs.StartAsync(Cancelled);

        var job = await DoAsync(Mark("""{"$seen":true,"$flagged":null}""", Selection(inbox)));
        Assert.Equal((8, 6, 2, 0), Counts(job));
        Assert.All(await FlagsAsync("INBOX"), one => Assert.Equal("Seen", one.Flags));
        Assert.Equal(8L, await Database.ScalarAsync<long>("SELECT count(*) FROM email WHERE keywords = '{$seen}'", Cancelled));

        Assert.Equal((6, 6, 0, 0), Counts(await UndoAsync(job)));
        Assert.Equal(before, await FlagsAsync("INBOX"));
    }

    [Fact]
    public async Task SetKeywords_Undone_LeavesWhatOthersChangedSince()
    {
        await FillAsync("INBOX", 4);
        var inbox = await IndexAsync("INBOX");
        await Backend.Jobs.StartAsync(Cancelled);
        var job = await DoAsync(Mark("""{"$flagged":true,"$mine":true}""", Selection(inbox)));

        var folder = await OpenAsync("INBOX");
        await folder.RemoveFlagsAsync(0, MessageFlags.Flagged, new HashSet<string> { "$mine" }, true, Cancelled);
        await folder.AddFlagsAsync(1, MessageFlags.Seen, true, Cancelled);

        var undone = await UndoAsync(job);
        Assert.Equal((4, 3, 1, 0), Counts(undone));
        Assert.Equal(1, (int)undone["skippedBy"]!["already"]!);
        Assert.Equal([(0, "None"), (1, "Seen"), (2, "None"), (3, "None")], await FlagsAsync("INBOX"));
    }

    [Fact]
    public async Task SetKeywords_OthersChangedTheSameSince_TheirsStays()
    {
        await FillAsync("INBOX", 3, _ => MessageFlags.Seen);
        var inbox = await IndexAsync("INBOX");
        var job = await CreateAsync(Mark("""{"$seen":true,"$flagged":true}""", Selection(inbox)));

        await (await OpenAsync("INBOX")).RemoveFlagsAsync(0, MessageFlags.Seen, true, Cancelled);
        await Backend.Jobs.StartAsync(Cancelled);

        var done = await UntilJobAsync(job, "done");
        Assert.Equal((3, 2, 1, 0), Counts(done));
        Assert.Equal(1, (int)done["skippedBy"]!["changedElsewhere"]!);
        Assert.Equal([(0, "None"), (1, "Seen, Flagged"), (2, "Seen, Flagged")], await FlagsAsync("INBOX"));
    }

    [Fact]
    public async Task Delete_NoTrashYet_MovesThereAndBack()
    {
        await FillAsync("INBOX", 3);
        var inbox = await IndexAsync("INBOX");
        await Backend.Jobs.StartAsync(Cancelled);

        var job = await DoAsync($"\"action\":\"delete\",{Selection(inbox)}");

        Assert.Equal((3, 3, 0, 0), Counts(job));
        Assert.True((bool)job["canUndo"]!);
        Assert.Equal("0 1 2", await NumbersAsync("Trash"));
        Assert.Equal((3, 3, 0, 0), Counts(await UndoAsync(job)));
        Assert.Equal("0 1 2", await NumbersAsync("INBOX"));
    }

    [Fact]
    public async Task Delete_SomeLieInTrash_TheseAreDestroyedAndTheOthersComeBack()
    {
        await FillAsync("INBOX", 2);
        await FillAsync("Trash", 3, from: 2);
        var (ids, trashed) = (await IdsAsync("INBOX"), await IdsAsync("Trash"));

        var job = await CreateAsync($"\"action\":\"delete\",{Emails([.. ids, .. trashed[..2]])}");
        Assert.Equal((2, true), ((int)job["destroys"]!, (bool)job["canUndo"]!));
        await Backend.Jobs.StartAsync(Cancelled);
        var done = await UntilJobAsync(job, "done");

        Assert.Equal((4, 4, 0, 0), Counts(done));
        Assert.Equal("0 1 4", await NumbersAsync("Trash"));
        Assert.Equal((2, 2, 0, 0), Counts(await UndoAsync(done)));
        Assert.Equal(("0 1", "4"), (await NumbersAsync("INBOX"), await NumbersAsync("Trash")));
    }

    [Fact]
    public async Task Empty_Trash_DestroysWhatThereWas()
    {
        await FillAsync("Trash", 700);
        var trash = await IndexAsync("Trash");
        var job = await CreateAsync($"\"action\":\"empty\",{Selection(trash)}");
        Assert.Equal((700, false), ((int)job["destroys"]!, (bool)job["canUndo"]!));

        await FillAsync("Trash", 1, from: 700);
        await Backend.Jobs.StartAsync(Cancelled);

        var done = await UntilJobAsync(job, "done");
        Assert.Equal((700, 700, 0, 0), Counts(done));
        Assert.Equal("700", await NumbersAsync("Trash"));
        Assert.Equal("notUndoable", await RefusalAsync($"\"undoes\":\"{done["id"]}\""));
    }

    [Fact]
    public async Task Select_WithAFilter_TakesWhatItLetsThrough()
    {
        await FillAsync("INBOX", 6, number => number < 3 ? MessageFlags.Seen : 0);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        await Backend.Jobs.StartAsync(Cancelled);

        var unread = await DoAsync(Move(archive, Selection(inbox, """{"notKeyword":"$seen"}""")));
        // What only the mail server can find.
        var even = await DoAsync(Move(archive, Selection(inbox, """{"body":"even"}""")));

        Assert.Equal(((3, 3, 0, 0), (2, 2, 0, 0)), (Counts(unread), Counts(even)));
        Assert.Equal("1", await NumbersAsync("INBOX"));
    }
}
