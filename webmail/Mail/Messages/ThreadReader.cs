using MailKit;
using MailKit.Search;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Mailboxes;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Finds the messages of a conversation by their headers, in the mailboxes where conversations happen.</summary>
public sealed class ThreadReader(ImapPool pool, MailboxReader mailboxes)
{
    private const int MessagesPerMailboxMax = 500;
    private static readonly string[] Roles = ["inbox", "sent", "archive"];

    /// <summary>The email ids of each conversation, oldest first within a mailbox; one list of mailboxes serves all.</summary>
    public async ValueTask<string[][]> ReadAsync(
        MailAccount account, IReadOnlyList<ThreadId> threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(threads);
        var names = (await mailboxes.ListAsync(account, cancellationToken))
            .Where(mailbox => Roles.Contains(mailbox.Role))
            .Select(mailbox => mailbox.Name)
            .ToArray();
        return await account.Choices.ChooseAsync(
            "imap.thread",
            async token =>
            {
                var found = new string[threads.Count][];
                for (var index = 0; index < found.Length; index++)
                {
                    found[index] = await FindAsync(account, threads[index], names, token);
                }

                return found;
            },
            cancellationToken);
    }

    private async Task<string[]> FindAsync(
        MailAccount account, ThreadId thread, string[] names, CancellationToken cancellationToken)
    {
        if (EmailId.TryParse(thread.Root, out var alone))
        {
            return [alone.ToString()];
        }

        var found = new List<string>();
        foreach (var name in names)
        {
            found.AddRange(await pool.AskAsync(
                account.Credentials, name, (connection, token) => SearchAsync(connection, name, thread.Root, token), cancellationToken));
        }

        return [.. found];
    }

    private static async Task<string[]> SearchAsync(
        ImapConnection connection, string mailbox, string root, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(mailbox, FolderAccess.ReadOnly, cancellationToken);
        var query = SearchQuery.HeaderContains("Message-ID", root)
            .Or(SearchQuery.HeaderContains("References", root))
            .Or(SearchQuery.HeaderContains("In-Reply-To", root));
        var uids = await folder.SearchAsync(query, cancellationToken);
        return
        [
            .. uids.Order().Take(MessagesPerMailboxMax)
                .Select(uid => new EmailId(new MailboxId(mailbox), folder.UidValidity, uid.Id).ToString()),
        ];
    }
}
