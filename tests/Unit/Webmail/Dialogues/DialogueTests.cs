using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Blobs;
using Webmail.Mail.Caching;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Mailboxes;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;

namespace Tests.Unit.Webmail.Dialogues;

/// <summary>Servers as they are, whatever the RFCs say: what is listed, read and noticed of each.</summary>
public sealed class DialogueTests
{
    private const int NewestFirst = 200;
    private static readonly Credentials User = new("ann@example.test", "secret");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Dialogue.Folder, "*.txt").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Server_Odd_IsUnderstood(string file)
    {
        var dialogue = Dialogue.Load(file);
        using var server = new DialogueServer(dialogue);
        using var pool = new ImapPool(new OneMailServer(server.Options), new ImapOptions(), TimeProvider.System);

        var seen = await ReadAsync(pool, dialogue).ToListAsync(Cancelled);

        Assert.Empty(dialogue.Unanswered);
        Assert.True(dialogue.Expected.SequenceEqual(seen), $"Seen is:\n= {string.Join("\n= ", seen)}");
    }

    /// <summary>All mailboxes, what is in one of them, and what is new there when it is looked at once more.</summary>
    private static async IAsyncEnumerable<string> ReadAsync(ImapPool pool, Dialogue dialogue)
    {
        foreach (var mailbox in await new MailboxReader(pool).ListAsync(User, new HashSet<string>(), Cancelled))
        {
            yield return $"mailbox {mailbox.Name} role={mailbox.Role} parent={mailbox.Parent} {(mailbox.Selectable ? $"{mailbox.Unread}/{mailbox.Total}" : "holds no messages")}"
                + (mailbox.Subscribed ? "" : " unsubscribed") + (mailbox.Rights is { } rights ? $" rights={rights}" : "");
        }

        var (follower, id) = (new MailboxFollower(pool), new MailboxId(1, dialogue.Mailbox));
        var news = (await follower.ReadAsync(User, id, new MailboxMark(0, 0, 0, 0, 0, 0), NewestFirst, null, Cancelled))!;
        foreach (var email in news.Arrived)
        {
            yield return Described(email);
        }

        // Keys are the index's to give.
        Email[] keyed = [.. news.Arrived.Select(email => email with { Id = email.Id with { Key = email.Id.Uid } })];
        var journal = new TestJournal();
        var account = new MailAccount("a", User, journal, journal, TimeProvider.System);
        var bodies = new BodyReader(pool, new ReadCache(1024 * 1024));
        foreach (var email in await new EmailReader(pool, new ReadCache(1024 * 1024)).FetchAsync(User, keyed, EmailDetail.Body, Cancelled))
        {
            if (email.Envelope.IsPartial)
            {
                yield return $"partial {email.Id.Uid}";
            }

            foreach (var part in email.Body.All)
            {
                yield return $"part {email.Id.Uid} {part.PartId} {part.Type} {(email.Body.Attachments.Contains(part) ? $"attachment {part.Name}" : "text")}".TrimEnd();
            }

            if (email.Body.Text is [var text, ..])
            {
                var value = await bodies.ReadAsync(account, text, Cancelled);
                yield return $"text {email.Id.Uid} {value.Value.Trim().ReplaceLineEndings("|")}";
            }
        }

        foreach (var email in keyed.Where(email => dialogue.Downloads.Contains(email.Id.Uid)))
        {
            var source = (await new PartFinder(pool).FindAsync(account, new BlobId(email.Id, ""), Cancelled))!;
            yield return $"source {email.Id.Uid} {source.DecodedBytes} bytes, of which {(await new PartReader(pool).LoadAsync(User, source, Cancelled)).Length} came";
        }

        var later = await follower.ReadAsync(User, id, news.Mark, NewestFirst, null, Cancelled);
        yield return later is null ? "nothing new" : $"later {later.Mark.Unread}/{later.Mark.Total}{(later.Reset ? " all anew" : "")}";
        foreach (var line in (later?.Marked ?? []).Select(marked => $"marked {marked.Uid} {string.Join(' ', marked.Keywords)}")
            .Concat((later?.Arrived ?? []).Select(Described)).Concat(later?.Present is { } present ? [$"present {string.Join(' ', present)}"] : []))
        {
            yield return line.TrimEnd();
        }
    }

    private static string Described(Email email) => string.Join(
        ' ',
        [
            $"email {email.Id.Uid}", $"\"{email.Envelope.Subject}\"", string.Join(',', email.Envelope.From.Select(from => $"{from.Name}<{from.Email}>")), $"{email.SizeBytes} bytes",
            .. email.HasAttachment ? ["attachment"] : Array.Empty<string>(), .. email.Envelope.IsPartial ? ["partial"] : Array.Empty<string>(), .. email.Keywords,
        ]);
}
