using MailKit;
using MailKit.Search;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;

namespace Webmail.Mail.Writing;

/// <summary>
/// A draft's message in the mailbox Drafts. Each step looks before it acts, so that it can be done again by whoever does not know how
/// far the one before him came: first the new message, then the older ones go.
/// </summary>
public sealed class DraftCopies(ImapPool pool)
{
    private const string Drafts = "drafts";

    /// <summary>Looked at of one draft; more copies of one draft are nobody's.</summary>
    private const int CopiesMax = 20;

    /// <summary>Sees to it that the version lies in Drafts.</summary>
    /// <param name="credentials">Whose.</param>
    /// <param name="mark">The draft and its version.</param>
    /// <param name="known">Where the version before lies as far as is known, or null.</param>
    /// <param name="compose">The message, if it has to be written.</param>
    /// <param name="mayWrite">Asked right before: false if somebody else has taken over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">Somebody else has taken over, or given up.</exception>
    public Task<WrittenDraft> WriteAsync(
        Credentials credentials,
        DraftMark mark,
        WrittenVersion? known,
        Func<CancellationToken, Task<NewEmail>> compose,
        Func<CancellationToken, Task<bool>> mayWrite,
        CancellationToken cancellationToken) => pool.AskAsync(
        credentials,
        null,
        async (connection, token) =>
        {
            var drafts = await RoleFolder.RequireAsync(connection, Drafts, "Drafts", token);
            var copies = await FindAsync(connection, drafts, mark.Token, [known], token);
            var isChangedElsewhere = copies.Others || (known is not null && copies.Own.Count == 0);
            if (copies.Place(mark.Version) is { } already)
            {
                return new WrittenDraft(already, isChangedElsewhere);
            }

            using var message = await DraftMessage.ComposeAsync(mark, await compose(token), token);
            if (!await mayWrite(token))
            {
                throw new OperationCanceledException("Somebody else writes this draft.");
            }

            var uid = await drafts.AppendAsync(new AppendRequest(message, MessageFlags.Draft | MessageFlags.Seen) { InternalDate = message.Date }, token);
            var written = uid is { } at
                ? new DraftPlace(drafts.FullName, at.Validity, at.Id)
                : (await FindAsync(connection, drafts, mark.Token, [known], token)).Place(mark.Version);
            return written is { } place
                ? new WrittenDraft(place, isChangedElsewhere)
                : throw new MailCommandException($"The mail server does not keep the draft in {drafts.FullName} as it was written.");
        },
        cancellationToken);

    /// <summary>Removes our copies of the draft but one, and the message that the draft went on with; those that somebody else has changed stay.</summary>
    /// <param name="credentials">Whose.</param>
    /// <param name="draft">The draft's token.</param>
    /// <param name="known">The copy of ours that was recorded before, or null.</param>
    /// <param name="kept">The one to stay; null: none.</param>
    /// <param name="replaced">The message that the draft went on with, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> RemoveAsync(
        Credentials credentials, Guid draft, WrittenVersion? known, WrittenVersion? kept, DraftPlace? replaced, CancellationToken cancellationToken) => pool.AskAsync(
        credentials,
        null,
        async (connection, token) =>
        {
            if (await RoleFolder.FindAsync(connection, Drafts, token) is { } drafts)
            {
                var copies = await FindAsync(connection, drafts, draft, [known, kept], token);
                await RemoveAsync(connection, [.. copies.Own.Values.SelectMany(places => places).Where(place => place != kept?.Place)], token);
            }

            await RemoveAsync(connection, replaced is null || replaced == kept?.Place ? [] : [replaced], token);
            return true;
        },
        cancellationToken);

    /// <summary>Those places where the message does not lie any longer.</summary>
    public async Task<IReadOnlyList<DraftPlace>> MissingAsync(Credentials credentials, IReadOnlyCollection<DraftPlace> places, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(places);
        var missing = new List<DraftPlace>();
        foreach (var mailbox in places.GroupBy(place => (place.Mailbox, place.Validity)))
        {
            var there = await pool.AskAsync(
                credentials, mailbox.Key.Mailbox, (connection, token) => ThereAsync(connection, mailbox.Key, [.. mailbox], token), cancellationToken);
            missing.AddRange(mailbox.Where(place => !there.Contains(place.Uid)));
        }

        return missing;
    }

    private static async Task<HashSet<uint>> ThereAsync(
        ImapConnection connection, (string Name, uint Validity) mailbox, IReadOnlyList<DraftPlace> places, CancellationToken cancellationToken)
    {
        try
        {
            var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
            UniqueId[] uids = folder.UidValidity == mailbox.Validity ? [.. places.Select(place => new UniqueId(place.Validity, place.Uid))] : [];
            return uids.Length == 0
                ? []
                : [.. (await folder.FetchAsync(uids, MessageSummaryItems.UniqueId, cancellationToken)).Select(message => message.UniqueId.Id)];
        }
        catch (FolderNotFoundException)
        {
            return [];
        }
    }

    private static async Task<FoundCopies> FindAsync(
        ImapConnection connection, IMailFolder drafts, Guid draft, WrittenVersion?[] known, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(drafts.FullName, FolderAccess.ReadOnly, cancellationToken);
        var own = new SortedDictionary<int, List<DraftPlace>>();
        // What is known to be ours is not read again, only looked for.
        var recorded = known.OfType<WrittenVersion>().Where(one => one.Place.Mailbox == folder.FullName && one.Place.Validity == folder.UidValidity).Distinct().ToArray();
        var there = await ThereAsync(connection, (folder.FullName, folder.UidValidity), [.. recorded.Select(one => one.Place)], cancellationToken);
        foreach (var one in recorded.Where(one => there.Contains(one.Place.Uid)))
        {
            Add(one.Version, one.Place);
        }

        var others = false;
        var found = await folder.SearchAsync(SearchQuery.HeaderContains(DraftMark.Field, draft.ToString("N")), cancellationToken);
        foreach (var copy in found.Where(copy => !there.Contains(copy.Id)).Order().Take(CopiesMax))
        {
            using var stream = await folder.GetStreamAsync(copy, cancellationToken);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken);
            if (DraftMark.VersionOf(draft, content.GetBuffer().AsSpan(0, (int)content.Length)) is not { } version)
            {
                others = true;
                continue;
            }

            Add(version, new DraftPlace(folder.FullName, folder.UidValidity, copy.Id));
        }

        return new FoundCopies(own, others);

        void Add(int version, DraftPlace place)
        {
            own.TryAdd(version, []);
            own[version].Add(place);
        }
    }

    private static async Task RemoveAsync(ImapConnection connection, IReadOnlyList<DraftPlace> places, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            if ((await ThereAsync(connection, (place.Mailbox, place.Validity), [place], cancellationToken)).Count > 0)
            {
                var folder = await connection.OpenAsync(place.Mailbox, FolderAccess.ReadWrite, cancellationToken);
                var uid = new UniqueId(place.Validity, place.Uid);
                await folder.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, cancellationToken);
                await folder.ExpungeAsync([uid], cancellationToken);
            }
        }
    }

    /// <summary>Copies of ours by version, and whether there are some that others have changed.</summary>
    private sealed record FoundCopies(SortedDictionary<int, List<DraftPlace>> Own, bool Others)
    {
        /// <summary>The first one, should there be two.</summary>
        public DraftPlace? Place(int version) => Own.TryGetValue(version, out var places) ? places[0] : null;
    }
}

/// <summary>Where a draft's message lies.</summary>
public sealed record DraftPlace(string Mailbox, uint Validity, uint Uid);

/// <summary>A version that was written, and where it lies as far as is known.</summary>
public sealed record WrittenVersion(int Version, DraftPlace Place);

/// <summary>Where the version lies now.</summary>
/// <param name="Place">The place.</param>
/// <param name="IsChangedElsewhere">The version before was not there any longer, or another mail client has changed a copy.</param>
public sealed record WrittenDraft(DraftPlace Place, bool IsChangedElsewhere);
