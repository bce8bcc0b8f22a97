using Npgsql;

namespace Webmail.Web.Outbox;

/// <summary>A submission as its sender sees it.</summary>
/// <param name="Number">Its id within the account.</param>
/// <param name="Email">The message it was made from.</param>
/// <param name="Thread">That message's thread.</param>
/// <param name="Envelope">As JSON (RFC 8621 §7).</param>
/// <param name="Recipients">The addresses of the envelope.</param>
/// <param name="SendAt">By the database's clock, UTC.</param>
/// <param name="State">How far it has come.</param>
/// <param name="NextAt">When something happens next; null if nothing does by itself.</param>
/// <param name="NeedsSignIn">Nothing happens before its sender signs in again.</param>
/// <param name="Reply">What the mail server said last.</param>
/// <param name="Problem">A sentence, or null.</param>
/// <param name="Draft">The message in the drafts again, or null.</param>
/// <param name="Key">What its client calls it, or null.</param>
/// <param name="Identity">Number of the identity it is sent as; that may have gone meanwhile.</param>
internal sealed record Submission(
    long Number, string Email, string Thread, string Envelope, string[] Recipients, DateTime SendAt, OutboxState State, DateTime? NextAt, bool NeedsSignIn,
    string? Reply, string? Problem, string? Draft, string? Key, long Identity)
{
    public const string Columns = "id, email, thread, envelope, recipients, send_at, state, due, needs_sign_in, reply, problem, draft, key, identity";

    public static Submission Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<string[]>(4), row.GetDateTime(5),
        (OutboxState)row.GetInt16(6), row.IsDBNull(7) ? null : row.GetDateTime(7), row.GetBoolean(8),
        Text(row, 9), Text(row, 10), Text(row, 11), SubmissionKey.Shown(Text(row, 12)), row.GetInt64(13));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
