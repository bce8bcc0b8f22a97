using System.Text.Json;
using Npgsql;
using Webmail.Mail.Messages;

namespace Webmail.Web.Identities;

/// <summary>Who a person writes as (RFC 8621 §6); the address is always the account's own.</summary>
/// <param name="Number">Of the change that made it; 0 for the one everybody has.</param>
/// <param name="Modified">The number of its last change.</param>
/// <param name="IsDestroyed">Kept for Identity/changes only.</param>
/// <param name="Name">Shown with the address.</param>
/// <param name="ReplyTo">Null if answers go to the address itself.</param>
/// <param name="Bcc">Who gets a copy of everything, or null.</param>
/// <param name="TextSignature">Plain text.</param>
/// <param name="HtmlSignature">Cleaned when it was written.</param>
internal sealed record Identity(
    long Number, long Modified, bool IsDestroyed, string Name, EmailAddress[]? ReplyTo, EmailAddress[]? Bcc, string TextSignature, string HtmlSignature)
{
    public const string Columns = "id, modified, destroyed, name, reply_to, bcc, text_signature, html_signature";

    /// <summary>As long as its owner has not changed it.</summary>
    public static Identity Default(string username) => new(IdentityIds.Default, 0, false, username.Split('@')[0], null, null, "", "");

    public static Identity Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetString(3), Addresses(row, 4), Addresses(row, 5), row.GetString(6), row.GetString(7));

    /// <summary>The columns from the name on.</summary>
    public object[] Values() => [Name, Text(ReplyTo), Text(Bcc), TextSignature, HtmlSignature];

    private static EmailAddress[]? Addresses(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize<EmailAddress[]>(row.GetString(column), JsonSerializerOptions.Web);

    private static object Text(EmailAddress[]? addresses) =>
        addresses is null ? DBNull.Value : JsonSerializer.Serialize(addresses, JsonSerializerOptions.Web);
}
