using Webmail.Mail.Ids;
using Webmail.Mail.Sending;

namespace Webmail.Web.Outbox;

/// <summary>A submission that is wanted.</summary>
/// <param name="Identity">Number of the identity it is sent as.</param>
/// <param name="Email">The message.</param>
/// <param name="Thread">Its thread.</param>
/// <param name="MessageId">Without angle brackets; null if it has none.</param>
/// <param name="Envelope">Who sends and who receives.</param>
/// <param name="EnvelopeJson">As it is shown.</param>
/// <param name="Hold">When it may leave.</param>
/// <param name="Name">What its client calls it, or null.</param>
/// <param name="Implies">Its client does something to the message on success, which is waited for before the message is filed.</param>
/// <param name="ClientFiles">What it does may put the message into Sent.</param>
/// <param name="Draft">The draft that is sent herewith, or null.</param>
internal sealed record NewSubmission(
    long Identity, EmailId Email, string Thread, string? MessageId, Envelope Envelope, string EnvelopeJson, Hold Hold, string? Name, bool Implies, bool ClientFiles,
    SentDraft? Draft);

/// <summary>FUTURERELEASE (RFC 4865): for so long from now, or until then, whichever is given; neither: at once.</summary>
internal sealed record Hold(TimeSpan For, DateTime? Until);

/// <summary>The draft that a submission sends, and in which version.</summary>
internal sealed record SentDraft(string Id, int Version);
