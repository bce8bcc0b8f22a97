using Webmail.Mail.Headers;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>A message: what the index knows of it, and what the mail server is asked for when somebody wants it.</summary>
/// <param name="Thread">The key of its conversation.</param>
/// <param name="HasAttachment">From the structure where it was read, else guessed from the outermost media type.</param>
/// <param name="Preview">The first words of the text; null if nobody has asked yet.</param>
/// <param name="Body">Empty unless asked for.</param>
/// <param name="Headers">Empty unless asked for.</param>
public sealed record Email(
    EmailId Id,
    long Thread,
    long SizeBytes,
    DateTimeOffset ReceivedAt,
    string[] Keywords,
    bool HasAttachment,
    string? Preview,
    EmailEnvelope Envelope,
    EmailBody Body,
    HeaderField[] Headers)
{
    /// <summary>There are more header fields than <see cref="Headers"/>, which are the first of them.</summary>
    public bool HasMoreHeaders { get; init; }
}
