using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Changes messages that are there, for Email/set and for what sending implies.</summary>
internal sealed class EmailChanger(MailIndex index, EmailWriter writer)
{
    /// <summary>Begins changes to these messages: where they lie is asked once for all.</summary>
    public async Task<EmailChanges> BeginAsync(MailAccount account, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var emails = ids.Count == 0 ? [] : (await index.EmailsAsync(account, ids, false, cancellationToken)).Emails;
        return new EmailChanges(index, writer, account, emails, cancellationToken);
    }
}

/// <summary>Changes under way. A message that somebody else has moved meanwhile is looked for once.</summary>
internal sealed class EmailChanges(MailIndex index, EmailWriter writer, MailAccount account, Email[] emails, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, Email> _emails = emails.ToDictionary(email => email.Id.ToString());

    /// <summary>Mailboxes that may have changed, each with the UIDs of those marked there.</summary>
    private readonly Dictionary<long, HashSet<uint>> _touched = [];

    /// <summary>Changes one message; what the server set itself, or null.</summary>
    public async Task<JsonObject?> UpdateAsync(string id, JsonNode? patch)
    {
        await ActAsync(id, async email =>
        {
            var change = EmailPatch.Read(patch, email.Id.Mailbox.Key);
            MailboxId? target = change.Target == email.Id.Mailbox.Key
                ? null
                : await index.MailboxAsync(account, change.Target, cancellationToken)
                    ?? throw new SetException("invalidProperties", $"There is no mailbox {MailboxId.Text(change.Target)}.", "mailboxIds");
            // Whether it gets there or not: it may be there already, moved by a request whose answer was lost.
            if (target is { } there)
            {
                Touch(there.Key);
            }

            return await MarkAsync(email, change) && (target is not { } mailbox || await MoveAsync(email, mailbox));
        });
        return null;
    }

    public Task DestroyAsync(string id) => ActAsync(id, async email => await writer.DestroyAsync(account, email.Id, cancellationToken));

    /// <summary>The index follows; the state after it. What has been done is said also if the mail server has gone away since: the index follows later.</summary>
    public async Task<long> EndAsync()
    {
        try
        {
            return _touched.Count > 0 ? await index.FollowAsync(account, _touched, cancellationToken) : await index.StateAsync(account, cancellationToken);
        }
        catch (MailUnavailableException)
        {
            return await index.StateAsync(account, cancellationToken);
        }
    }

    private async Task ActAsync(string id, Func<Email, Task<bool>> act)
    {
        var email = _emails.GetValueOrDefault(id) ?? throw NotFound(id);
        Touch(email.Id.Mailbox.Key);
        if (await act(email))
        {
            return;
        }

        await index.FollowAsync(account, _touched, cancellationToken);
        if (await index.EmailAsync(account, id, cancellationToken) is not { } elsewhere || elsewhere.Id == email.Id || !await act(elsewhere))
        {
            throw NotFound(id);
        }

        Touch(elsewhere.Id.Mailbox.Key);
    }

    private async Task<bool> MarkAsync(Email email, EmailPatch change)
    {
        if (change is { Keywords: null, Set.Count: 0, Clear.Count: 0 })
        {
            return true;
        }

        Touch(email.Id.Mailbox.Key).Add(email.Id.Uid);
        return change.Keywords is { } keywords
            ? await writer.RemarkAsync(account, email.Id, keywords, cancellationToken)
            : await writer.MarkAsync(account, email.Id, change.Set, change.Clear, cancellationToken);
    }

    private async Task<bool> MoveAsync(Email email, MailboxId target)
    {
        if (await writer.MoveAsync(account, email.Id, email.Envelope.MessageId, target, cancellationToken) is not { } moved)
        {
            return false;
        }

        await index.MovedAsync(account, email.Id.Key, target.Key, moved.Uid, cancellationToken);
        return true;
    }

    private HashSet<uint> Touch(long mailbox)
    {
        if (!_touched.TryGetValue(mailbox, out var marked))
        {
            _touched[mailbox] = marked = [];
        }

        return marked;
    }

    private static SetException NotFound(string id) => new("notFound", $"There is no message {id} (any longer).");
}
