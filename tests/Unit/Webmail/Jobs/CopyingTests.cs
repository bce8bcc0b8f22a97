using MailKit;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Writing;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>A server without MOVE: messages are copied and then removed, and an executor may die in between.</summary>
public sealed class CopyingTests(PostgresServer postgres, CourierServer server) : DyingTests(postgres, server)
{
    [Theory]
    [InlineData(Count - 2, false)]
    [InlineData(Count, false)]
    [InlineData(Count, true)]
    public async Task Move_OwnerDiesAfterCopying_EachMessageIsMovedOnce(int copied, bool flagged)
    {
        Assert.False(await Backend.Service<BatchWriter>().MovesAtOnceAsync(Alice, Cancelled));
        await FillAsync("INBOX", Count);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        await BeginAsync();

        var target = await OpenAsync("Archive");
        var source = await OpenAsync("INBOX");
        int[] some = [.. Enumerable.Range(0, copied)];
        await source.CopyToAsync(some, target, Cancelled);
        if (flagged)
        {
            await source.AddFlagsAsync(some, MessageFlags.Deleted, true, Cancelled);
        }

        await AssertMovedOnceAsync(job);
    }
}
