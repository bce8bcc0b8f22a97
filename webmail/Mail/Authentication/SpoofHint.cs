using Webmail.Mail.Messages;

namespace Webmail.Mail.Authentication;

/// <summary>Something about a message that those do who pretend to be somebody else; honest senders do it too, so that it is a hint.</summary>
/// <param name="Type">
/// <c>fromMissing</c>, <c>fromMultiple</c>, <c>replyToOtherDomain</c>, <c>nameHoldsOtherAddress</c>, <c>lookAlikeDomain</c>, <c>internationalDomain</c> or
/// <c>firstTimeSender</c>.
/// </param>
/// <param name="Value">What to show of it: an address or a domain; null if nothing.</param>
public sealed record SpoofHint(string Type, string? Value)
{
    /// <summary>Nobody with this address has been heard of before, which those who ask must know.</summary>
    public static SpoofHint FirstTime(EmailEnvelope email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return new SpoofHint("firstTimeSender", email.From is [var from, ..] ? from.Email : null);
    }
}
