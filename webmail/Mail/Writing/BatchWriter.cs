using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;

namespace Webmail.Mail.Writing;

/// <summary>
/// Changes many messages of one mailbox with one command. Everything may be done twice: messages that are not there (any longer) are passed
/// over, and no UID ever names another message. Whoever does not know how far it came looks.
/// </summary>
public sealed class BatchWriter(ImapPool pool)
{
    /// <summary>Those of the messages that are there, with their keywords; null if the mailbox is not there, or is another one by now.</summary>
    public Task<FoundMessage[]?> LookAsync(Credentials credentials, MailboxId mailbox, uint validity, IReadOnlyCollection<uint> uids, CancellationToken cancellationToken) =>
        AskAsync<FoundMessage[]?>(credentials, mailbox, validity, null, async (connection, folder, token) =>
        {
            var hasModSeq = connection.Client.Capabilities.HasFlag(ImapCapabilities.CondStore);
            var items = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | (hasModSeq ? MessageSummaryItems.ModSeq : MessageSummaryItems.None);
            var asked = uids.ToHashSet();
            var found = asked.Count == 0 ? [] : await folder.FetchAsync(Ids(validity, uids), items, token);
            return
            [
                // A server may tell news of other messages in between.
                .. found.Where(one => one.UniqueId.IsValid && one.Flags is not null && asked.Contains(one.UniqueId.Id)).DistinctBy(one => one.UniqueId)
                    .Select(one => new FoundMessage(one.UniqueId.Id, Keywords.Of(one.Flags!.Value, one.Keywords ?? new HashSet<string>()), one.ModSeq ?? 0)),
            ];
        }, cancellationToken);

    /// <summary>Sets or clears keywords.</summary>
    /// <param name="credentials">Whose.</param>
    /// <param name="mailbox">Where.</param>
    /// <param name="validity">Its UIDVALIDITY.</param>
    /// <param name="uids">Which.</param>
    /// <param name="isSet">Else they are cleared.</param>
    /// <param name="keywords">Which keywords.</param>
    /// <param name="unchangedSince">A message that was changed after this MODSEQ stays as it is (RFC 7162 §3.1.3); 0: whatever anybody did.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that stay as they are.</returns>
    public Task<uint[]> MarkAsync(
        Credentials credentials, MailboxId mailbox, uint validity, IReadOnlyCollection<uint> uids, bool isSet, IReadOnlyCollection<string> keywords, ulong unchangedSince,
        CancellationToken cancellationToken) =>
        AskAsync<uint[]>(credentials, mailbox, validity, [.. uids], async (_, folder, token) =>
        {
            var (flags, others) = Keywords.ToImap(keywords);
            var request = new StoreFlagsRequest(isSet ? StoreAction.Add : StoreAction.Remove, flags, others) { Silent = true };
            if (unchangedSince > 0)
            {
                request.UnchangedSince = unchangedSince;
            }

            return [.. (await folder.StoreAsync(Ids(validity, uids), request, token)).Select(uid => uid.Id)];
        }, cancellationToken);

    /// <summary>Moves messages; where they lie then, as far as the mail server says it (UIDPLUS, RFC 4315).</summary>
    /// <exception cref="MailUnavailableException">Nobody knows how far it came.</exception>
    public Task<Dictionary<uint, uint>> MoveAsync(
        Credentials credentials, MailboxId mailbox, uint validity, IReadOnlyCollection<uint> uids, MailboxId target, CancellationToken cancellationToken)
    {
        var asked = false;
        return AskAsync<Dictionary<uint, uint>>(credentials, mailbox, validity, [], async (connection, folder, token) =>
        {
            if (asked && !MovesAtOnce(connection))
            {
                // The first connection broke. What has been copied must not be copied once more.
                throw new MailUnavailableException("The mail server was cut off while it moved messages.");
            }

            asked = true;
            var destination = await connection.FolderAsync(target.Name, token);
            var moved = await folder.MoveToAsync(Ids(validity, uids), destination, token);
            return moved.ToDictionary(pair => pair.Key.Id, pair => pair.Value.Id);
        }, cancellationToken);
    }

    /// <summary>Whether the server moves at once (RFC 6851); else messages are copied and then removed, and for a while lie in both places.</summary>
    public Task<bool> MovesAtOnceAsync(Credentials credentials, CancellationToken cancellationToken) =>
        pool.AskAsync(credentials, null, (connection, _) => Task.FromResult(MovesAtOnce(connection)), cancellationToken);

    /// <summary>Destroys messages for ever.</summary>
    public Task<bool> DestroyAsync(Credentials credentials, MailboxId mailbox, uint validity, IReadOnlyCollection<uint> uids, CancellationToken cancellationToken) =>
        AskAsync(credentials, mailbox, validity, false, async (_, folder, token) =>
        {
            var ids = Ids(validity, uids);
            await folder.StoreAsync(ids, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, token);
            await folder.ExpungeAsync(ids, token);
            return true;
        }, cancellationToken);

    /// <summary>The full name of the trash; it is made if there is none.</summary>
    public Task<string> RequireTrashAsync(Credentials credentials, CancellationToken cancellationToken) =>
        pool.AskAsync(credentials, null, async (connection, token) => (await RoleFolder.RequireAsync(connection, "trash", "Trash", token)).FullName, cancellationToken);

    private static bool MovesAtOnce(ImapConnection connection) => connection.Client.Capabilities.HasFlag(ImapCapabilities.Move);

    private Task<T> AskAsync<T>(
        Credentials credentials, MailboxId mailbox, uint validity, T other, Func<ImapConnection, IMailFolder, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials,
            mailbox.Name,
            async (connection, token) =>
            {
                IMailFolder folder;
                try
                {
                    folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadWrite, token);
                }
                catch (FolderNotFoundException)
                {
                    return other;
                }

                return folder.UidValidity == validity ? await ask(connection, folder, token) : other;
            },
            cancellationToken);

    // In ascending order: Courier finds nothing in a range that is written backwards.
    private static UniqueId[] Ids(uint validity, IEnumerable<uint> uids) => [.. uids.Order().Select(uid => new UniqueId(validity, uid))];
}

/// <summary>A message that is there.</summary>
/// <param name="ModSeq">When it was changed last (RFC 7162); 0 if the server does not say.</param>
public sealed record FoundMessage(uint Uid, string[] Keywords, ulong ModSeq);
