using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Sync;

/// <summary>
/// Hears that something has changed in an account, not what: in all mailboxes where the server has NOTIFY (RFC 5465), else in the inbox only
/// (IDLE, RFC 2177). Whoever asks reads all mailboxes then, and now and then anyway.
/// </summary>
public sealed class MailboxWatch : IDisposable
{
    /// <summary>After so long all are to be read, whatever was heard: of the mailboxes that are not heard, and of a server that has vanished.</summary>
    private static readonly TimeSpan LongestHearing = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestDeaf = TimeSpan.FromSeconds(15);

    private readonly ImapConnection _connection;
    private bool _hearsAll;
    private CancellationTokenSource? _idle;
    private bool _hasHeard;

    private MailboxWatch(ImapConnection connection) => _connection = connection;

    /// <summary>Takes the connection.</summary>
    internal static async Task<MailboxWatch> BeginAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        var watch = new MailboxWatch(connection);
        watch.Hear(await connection.OpenAsync("INBOX", FolderAccess.ReadOnly, cancellationToken));
        watch._hearsAll = connection.Client.Capabilities.HasFlag(ImapCapabilities.Notify | ImapCapabilities.Idle) && await watch.NotifyAsync(cancellationToken);
        return watch;
    }

    /// <summary>Returns when something may have changed since it last returned.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var longest = _hearsAll ? LongestHearing : LongestDeaf;
        if (!_connection.Client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            await Task.Delay(longest, cancellationToken);
        }
        else if (!_hasHeard)
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            idle.CancelAfter(longest);
            _idle = idle;
            await _connection.Client.IdleAsync(idle.Token, cancellationToken);
            _idle = null;
            cancellationToken.ThrowIfCancellationRequested();
        }

        _hasHeard = false;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>False if the server does not want to tell.</summary>
    private async Task<bool> NotifyAsync(CancellationToken cancellationToken)
    {
        var client = _connection.Client;
        // What MailKit has not listed it does not hear of.
        foreach (var folder in await _connection.FoldersAsync(StatusItems.None, cancellationToken))
        {
            Hear(folder);
        }

        client.FolderCreated += (_, made) =>
        {
            Hear(made.Folder);
            Hear();
        };
        try
        {
            await client.NotifyAsync(false, Everything(), cancellationToken);
            return true;
        }
        catch (ImapCommandException)
        {
            return false;
        }
    }

    private static List<ImapEventGroup> Everything()
    {
        ImapEvent[] messages = [new ImapEvent.MessageNew(), ImapEvent.MessageExpunge, ImapEvent.FlagChange];
        return
        [
            new ImapEventGroup(ImapMailboxFilter.Selected, messages),
            new ImapEventGroup(ImapMailboxFilter.Personal, [.. messages, ImapEvent.MailboxName, ImapEvent.SubscriptionChange]),
        ];
    }

    private void Hear(IMailFolder folder)
    {
        folder.CountChanged += (_, _) => Hear();
        folder.UnreadChanged += (_, _) => Hear();
        folder.UidNextChanged += (_, _) => Hear();
        folder.HighestModSeqChanged += (_, _) => Hear();
        folder.MessageExpunged += (_, _) => Hear();
        folder.MessageFlagsChanged += (_, _) => Hear();
        folder.Renamed += (_, _) => Hear();
        folder.Deleted += (_, _) => Hear();
        folder.Subscribed += (_, _) => Hear();
        folder.Unsubscribed += (_, _) => Hear();
    }

    private void Hear()
    {
        _hasHeard = true;
        _idle?.Cancel();
    }
}
