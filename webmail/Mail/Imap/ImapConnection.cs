using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Webmail.Mail.Connections;
using Webmail.Mail.Ids;
using Webmail.Mail.Servers;

namespace Webmail.Mail.Imap;

/// <summary>One signed-in IMAP connection and the mailbox it has open.</summary>
internal sealed class ImapConnection(ImapClient client) : IKeptConnection
{
    private readonly HashSet<IMailFolder> _listening = [];
    private readonly HashSet<IMailFolder> _refused = [];

    public ImapClient Client => client;

    public DateTimeOffset SignedInAt { get; set; }

    public DateTimeOffset IdleSince { get; set; }

    public string? OpenMailbox => Open?.FullName;

    /// <summary>What was concluded last about the open mailbox; null after any news of it, and when we may change it ourselves.</summary>
    public object? Conclusion { get; set; }

    /// <summary>Whether the server has said if the inbox is subscribed, when its mailboxes were listed last.</summary>
    public bool TellsInboxSubscription { get; private set; }

    private IMailFolder? Open { get; set; }

    private string? AskedLast { get; set; }

    /// <summary>Every message of the open mailbox with a smaller UID was there when it was opened; the folder's own value also
    /// changes with a STATUS, which says nothing of what this connection sees.</summary>
    private uint UidNextAtOpen { get; set; }

    public static async Task<ImapConnection> SignInAsync(ImapOptions options, ServerLogin login, CancellationToken cancellationToken)
    {
        var words = new ServerWords();
        var client = new ImapClient(words) { Timeout = (int)options.OperationTimeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(login.Server, cancellationToken);
            await AuthenticateAsync(client, login, cancellationToken);
            if (login.Compresses && client.Capabilities.HasFlag(ImapCapabilities.Compress))
            {
                await client.CompressAsync(cancellationToken);
            }

            words.Forget();
            return new ImapConnection(client);
        }
        catch (AuthenticationException refusal)
        {
            client.Dispose();
            throw SignInPutOffException.IsMeantBy(words.Lines())
                ? new SignInPutOffException(refusal.Message)
                : new MailRefusedException($"The mail server refused the name {login.Credentials.Username} with this password.");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public static Task AuthenticateAsync(ImapClient client, ServerLogin login, CancellationToken cancellationToken)
    {
        if (login.Mechanism() is { } mechanism)
        {
            return client.AuthenticateAsync(mechanism, cancellationToken);
        }

        // Plain LOGIN is one round trip on every server.
        client.AuthenticationMechanisms.Clear();
        return client.AuthenticateAsync(login.Credentials.Username, login.Credentials.Password, cancellationToken);
    }

    /// <summary>Opens the mailbox unless it is open, and learns what others changed in it.</summary>
    public async Task<IMailFolder> OpenAsync(string mailbox, FolderAccess access, CancellationToken cancellationToken)
    {
        Conclusion = access == FolderAccess.ReadWrite ? null : Conclusion;
        if (Open is { IsOpen: true } open && open.FullName == mailbox && open.Access >= access)
        {
            await client.NoOpAsync(cancellationToken);
            return open;
        }

        var folder = await FolderAsync(mailbox, cancellationToken);
        await folder.OpenAsync(access, cancellationToken);
        Listen(folder);
        (Open, UidNextAtOpen) = (folder, folder.UidNext?.Id ?? 0);
        return folder;
    }

    /// <summary>
    /// As <see cref="OpenAsync"/>, for content that never changes: no news is asked for, unless the message may have come after
    /// the mailbox was opened. A connection sees such a message only once it is told (RFC 3501 §5.2).
    /// </summary>
    public async Task<IMailFolder> OpenForContentAsync(EmailId email, CancellationToken cancellationToken) =>
        Open is { IsOpen: true } open && open.FullName == email.Mailbox.Name && email.Uid < UidNextAtOpen
            ? open
            : await OpenAsync(email.Mailbox.Name, FolderAccess.ReadOnly, cancellationToken);

    /// <summary>
    /// Whether this is asked of the same mailbox again: whoever stays with one has it opened, and then hears its news. A STATUS of a large mailbox that is
    /// not open can be as dear to a server as opening it.
    /// </summary>
    public bool IsAskedAgain(string mailbox)
    {
        var isAgain = AskedLast == mailbox;
        AskedLast = mailbox;
        return isAgain;
    }

    /// <summary>
    /// Before STATUS or LIST: of the mailbox that a connection has open, a server may say only what this connection knows
    /// (RFC 3501 §6.3.10).
    /// </summary>
    public Task LearnAsync(CancellationToken cancellationToken) =>
        Open is { IsOpen: true } ? client.NoOpAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Before the open mailbox is renamed or removed.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (Open is { IsOpen: true } open)
        {
            // Without UNSELECT (RFC 3691) only another mailbox takes the place of the open one.
            await (client.Capabilities.HasFlag(ImapCapabilities.Unselect)
                ? open.CloseAsync(false, cancellationToken)
                : client.Inbox.OpenAsync(FolderAccess.ReadOnly, cancellationToken));
        }

        Open = null;
    }

    /// <summary>Puts a message into a mailbox; where, if the server says so (UIDPLUS, RFC 4315).</summary>
    public async Task<UniqueId?> AppendAsync(string mailbox, AppendRequest request, CancellationToken cancellationToken)
    {
        // Courier writes nothing into the mailbox that this connection has open only to read.
        var folder = OpenMailbox == mailbox
            ? await OpenAsync(mailbox, FolderAccess.ReadWrite, cancellationToken)
            : await FolderAsync(mailbox, cancellationToken);
        return await folder.AppendAsync(request, cancellationToken);
    }

    /// <summary>All mailboxes of the user as they are now, with these counts: a connection remembers what others have removed since.</summary>
    public async Task<IReadOnlyList<IMailFolder>> FoldersAsync(StatusItems counts, CancellationToken cancellationToken)
    {
        var personal = client.PersonalNamespaces[0];
        _refused.Clear();
        var listsCounts = client.Capabilities.HasFlag(ImapCapabilities.ListStatus);
        var folders = await client.GetFoldersAsync(personal, listsCounts ? counts : StatusItems.None, false, cancellationToken);
        if (!client.Capabilities.HasFlag(ImapCapabilities.ListExtended))
        {
            // What is subscribed is another question then; its answer shows in the same folders.
            await client.GetFoldersAsync(personal, StatusItems.None, true, cancellationToken);
        }

        // The inbox lies beside the namespace's other mailboxes, or above them ("INBOX.").
        TellsInboxSubscription = client.Capabilities.HasFlag(ImapCapabilities.ListExtended) || folders.Contains(client.Inbox);
        IReadOnlyList<IMailFolder> all = folders.Contains(client.Inbox) ? [.. folders] : [client.Inbox, .. folders];
        foreach (var folder in all.Where(folder => counts != StatusItems.None && HoldsMessages(folder) && !(listsCounts && folders.Contains(folder))))
        {
            await CountAsync(folder, counts, cancellationToken);
        }

        return all;
    }

    /// <summary>Messages can lie in it, and the server has not just refused to count them: it lists calendars too, and what others own.</summary>
    public bool HoldsMessages(IMailFolder folder) =>
        (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) == 0 && !_refused.Contains(folder);

    /// <summary>Where mailboxes lie that lie in no other.</summary>
    public IMailFolder Top => client.GetFolder(client.PersonalNamespaces[0]);

    /// <summary>The mailbox it lies in; null at the top, which is the inbox itself on servers that put all others into it.</summary>
    public IMailFolder? ParentOf(IMailFolder folder) =>
        folder.ParentFolder is { FullName.Length: > 0 } parent && parent.FullName != Top.FullName ? parent : null;

    public async Task<IMailFolder> FolderAsync(string mailbox, CancellationToken cancellationToken) =>
        string.Equals(mailbox, "INBOX", StringComparison.OrdinalIgnoreCase)
            ? client.Inbox
            : await client.GetFolderAsync(mailbox, cancellationToken);

    /// <summary>Without a word, whose answer would have to be waited for.</summary>
    public void LogOut() => Dispose();

    public void Dispose() => client.Dispose();

    private async Task CountAsync(IMailFolder folder, StatusItems counts, CancellationToken cancellationToken)
    {
        try
        {
            await folder.StatusAsync(counts, cancellationToken);
        }
        catch (Exception refusal) when (refusal is ImapCommandException or FolderNotFoundException && folder != client.Inbox)
        {
            _refused.Add(folder);
        }
    }

    private void Listen(IMailFolder folder)
    {
        Conclusion = null;
        if (_listening.Add(folder))
        {
            folder.CountChanged += Forget;
            folder.MessageExpunged += Forget;
            folder.MessagesVanished += Forget;
            folder.MessageFlagsChanged += Forget;
            folder.ModSeqChanged += Forget;
            folder.HighestModSeqChanged += Forget;
            folder.UidNextChanged += Forget;
            folder.UidValidityChanged += Forget;
            folder.UnreadChanged += Forget;
        }

        void Forget(object? sender, EventArgs news) => Conclusion = null;
    }
}
