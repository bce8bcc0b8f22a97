using Npgsql;
using Webmail.Mail.Ids;
using Webmail.Mail.Sync;

namespace Webmail.Web.Index;

/// <summary>A mailbox in the index.</summary>
/// <param name="Mark">How far its messages have been followed.</param>
/// <param name="Version">Counts what was followed: a reading that began at an older version is void.</param>
/// <param name="Described">When anything but its counts changed.</param>
/// <param name="State">The account's, when the row was read.</param>
/// <param name="Rights">The user's own, as the mail server names them; null if it does not.</param>
internal sealed record MailboxRow(
    long Id, string Name, string? Parent, string Label, string? Role, bool Selectable, bool Subscribed, int Total, int Unread, int Threads, int UnreadThreads,
    uint Validity, uint NextUid, MailboxMark Mark, DateTime FlagsSeen, long Version, long Described, long Modified, long State,
    string? Rights)
{
    public const string Columns =
        """
        id, name, parent, label, role, selectable, subscribed, total, unread, threads, unread_threads, validity, next_uid,
        seen_validity, seen_next_uid, seen_from_uid, seen_mod_seq, seen_total, seen_unread, flags_seen, version, described, modified,
        (SELECT modified FROM mail_index WHERE mail_index.account = mailbox.account), rights
        """;

    public MailboxId MailboxId => new(Id, Name);

    public static MailboxRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.GetBoolean(5),
        row.GetBoolean(6),
        row.GetInt32(7),
        row.GetInt32(8),
        row.GetInt32(9),
        row.GetInt32(10),
        (uint)row.GetInt64(11),
        (uint)row.GetInt64(12),
        new MailboxMark(
            (uint)row.GetInt64(13), (uint)row.GetInt64(14), (uint)row.GetInt64(15), (ulong)row.GetDecimal(16), row.GetInt32(17), row.GetInt32(18)),
        row.GetDateTime(19),
        row.GetInt64(20),
        row.GetInt64(21),
        row.GetInt64(22),
        row.GetInt64(23),
        row.IsDBNull(24) ? null : row.GetString(24));
}
