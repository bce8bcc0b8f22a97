using Npgsql;
using Webmail.Mail.Writing;

namespace Webmail.Web.Drafts;

/// <summary>A draft as its writer sees it.</summary>
/// <param name="Number">Its id within the account.</param>
/// <param name="IsDestroyed">Discarded or sent.</param>
/// <param name="Version">The current version.</param>
/// <param name="LastVersion">The last version that was counted, those that lost a conflict included.</param>
/// <param name="Changed">When, by the database's clock, UTC.</param>
/// <param name="IsChangedElsewhere">Another mail client has changed or removed its message.</param>
/// <param name="Written">The message in Drafts, or null.</param>
/// <param name="Email">That message's id, or null.</param>
/// <param name="NeedsSignIn">The message is not written before the person signs in again.</param>
/// <param name="Problem">A sentence, or null.</param>
/// <param name="Conflicts">Versions in the history that lost a conflict.</param>
/// <param name="Content">The current version's.</param>
internal sealed record Draft(
    long Number, bool IsDestroyed, int Version, int LastVersion, DateTime Changed, bool IsChangedElsewhere, WrittenVersion? Written, string? Email, bool NeedsSignIn,
    string? Problem, int Conflicts, string Content)
{
    private const string CurrentContent =
        "coalesce((SELECT content FROM draft_version now WHERE now.account = draft.account AND now.draft = draft.id AND now.version = draft.version), '')";

    /// <summary>To be read FROM draft.</summary>
    public static string Columns(bool withContent = true) =>
        $"""
        id, destroyed, version, last_version, changed, changed_elsewhere, written, mailbox, validity, uid, email, needs_sign_in, problem,
        (SELECT count(*)::int FROM draft_version old WHERE old.account = draft.account AND old.draft = draft.id AND kind = {(short)VersionKind.Conflict}),
        {(withContent ? CurrentContent : "''")}
        """;

    public static Draft Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetBoolean(1), row.GetInt32(2), row.GetInt32(3), row.GetDateTime(4), row.GetBoolean(5), ReadWritten(row, 6), Text(row, 10), row.GetBoolean(11),
        Text(row, 12), row.GetInt32(13), row.GetString(14));

    /// <summary>Four columns: version, mailbox, validity, uid.</summary>
    public static WrittenVersion? ReadWritten(NpgsqlDataReader row, int first) =>
        row.IsDBNull(first + 1) ? null : new WrittenVersion(row.GetInt32(first), ReadPlace(row, first + 1)!);

    /// <summary>Three columns: mailbox, validity, uid.</summary>
    public static DraftPlace? ReadPlace(NpgsqlDataReader row, int first) =>
        row.IsDBNull(first) ? null : new DraftPlace(row.GetString(first), (uint)row.GetInt64(first + 1), (uint)row.GetInt64(first + 2));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
