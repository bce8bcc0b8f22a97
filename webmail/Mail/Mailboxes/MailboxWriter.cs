using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Mailboxes;

/// <summary>Makes, renames, subscribes and removes mailboxes. Doubt is resolved by looking whether it is as it was to become.</summary>
public sealed class MailboxWriter(ImapPool pool)
{
    /// <summary>The full name of the new mailbox.</summary>
    public ValueTask<string> CreateAsync(MailAccount account, string? parent, string label, CancellationToken cancellationToken) =>
        PerformAsync(account, "mailbox.create", async (connection, again, token) =>
        {
            var above = await ParentAsync(connection, parent, token);
            var name = NameIn(above, label);
            if (again && await FindAsync(connection, name, token) is { } made)
            {
                return made.FullName;
            }

            var folder = await above.CreateAsync(label, true, token) ?? throw new MailCommandException($"The mail server made no mailbox {label}.");
            await folder.SubscribeAsync(token);
            return folder.FullName;
        }, cancellationToken);

    /// <summary>Gives it another name, another place, or both; what lies in it goes with it. Its new full name.</summary>
    public ValueTask<string> RenameAsync(MailAccount account, string name, string? parent, string label, CancellationToken cancellationToken) =>
        PerformAsync(account, "mailbox.rename", async (connection, again, token) =>
        {
            var above = await ParentAsync(connection, parent, token);
            var newName = NameIn(above, label);
            if (again && await FindAsync(connection, name, token) is null && await FindAsync(connection, newName, token) is { } renamed)
            {
                return renamed.FullName;
            }

            var folders = await connection.FoldersAsync(StatusItems.None, token);
            var folder = folders.FirstOrDefault(folder => folder.FullName == name) ?? throw new MailNotFoundException($"There is no mailbox {name}.");
            string[] subscribed =
            [
                .. folders.Where(one => one.IsSubscribed && $"{one.FullName}{one.DirectorySeparator}".StartsWith($"{name}{folder.DirectorySeparator}", StringComparison.Ordinal))
                    .Select(one => newName + one.FullName[name.Length..]),
            ];
            await connection.CloseAsync(token);
            await folder.RenameAsync(above, label, token);
            // Many servers keep the old names' subscriptions (RFC 3501 §6.3.6).
            foreach (var one in subscribed)
            {
                await (await connection.FolderAsync(one, token)).SubscribeAsync(token);
            }

            return folder.FullName;
        }, cancellationToken);

    public ValueTask<bool> SubscribeAsync(MailAccount account, string name, bool subscribed, CancellationToken cancellationToken) =>
        PerformAsync(account, "mailbox.subscribe", async (connection, _, token) =>
        {
            var folder = await ExistingAsync(connection, name, token);
            await (subscribed ? folder.SubscribeAsync(token) : folder.UnsubscribeAsync(token));
            return true;
        }, cancellationToken);

    /// <summary>With all messages in it.</summary>
    public ValueTask<bool> DestroyAsync(MailAccount account, string name, CancellationToken cancellationToken) =>
        PerformAsync(account, "mailbox.destroy", async (connection, again, token) =>
        {
            if (again && await FindAsync(connection, name, token) is null)
            {
                return true;
            }

            var folder = await ExistingAsync(connection, name, token);
            await connection.CloseAsync(token);
            await folder.UnsubscribeAsync(token);
            await folder.DeleteAsync(token);
            return true;
        }, cancellationToken);

    private ValueTask<T> PerformAsync<T>(
        MailAccount account, string name, Func<ImapConnection, bool, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync(name, new MailboxEffect<T>(pool, account.Credentials, act), cancellationToken);
    }

    private static async Task<IMailFolder> ParentAsync(ImapConnection connection, string? parent, CancellationToken cancellationToken) =>
        parent is null
            ? connection.Top
            : await ExistingAsync(connection, parent, cancellationToken);

    private static string NameIn(IMailFolder parent, string label) => label.Contains(parent.DirectorySeparator, StringComparison.Ordinal)
        ? throw new MailCommandException($"No mailbox on this mail server has a name with {parent.DirectorySeparator} in it.")
        : parent.FullName.Length == 0 ? label : $"{parent.FullName}{parent.DirectorySeparator}{label}";

    private static async Task<IMailFolder> ExistingAsync(ImapConnection connection, string name, CancellationToken cancellationToken) =>
        await FindAsync(connection, name, cancellationToken) ?? throw new MailNotFoundException($"There is no mailbox {name}.");

    private static async Task<IMailFolder?> FindAsync(ImapConnection connection, string name, CancellationToken cancellationToken)
    {
        var folders = await connection.FoldersAsync(StatusItems.None, cancellationToken);
        return folders.FirstOrDefault(folder => folder.FullName == name && !folder.Attributes.HasFlag(FolderAttributes.NonExistent));
    }

    private sealed class MailboxEffect<T>(ImapPool pool, Credentials credentials, Func<ImapConnection, bool, CancellationToken, Task<T>> act) : IMailEffect<T>
    {
        public ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken) => RunAsync(false, cancellationToken);

        public ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken) => RunAsync(true, cancellationToken);

        private async ValueTask<T> RunAsync(bool again, CancellationToken cancellationToken) =>
            await pool.AskAsync(
                credentials,
                null,
                async (connection, token) =>
                {
                    // The first connection broke: it may have done it.
                    var repeated = again;
                    again = true;
                    return await act(connection, repeated, token);
                },
                cancellationToken);
    }
}
