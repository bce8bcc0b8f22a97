namespace Webmail.Mail.Authentication;

/// <summary>Something about a message that those do who pretend to be somebody else; honest senders do it too, so that it is a hint.</summary>
/// <param name="Type">
/// <c>fromMissing</c>, <c>fromMultiple</c>, <c>replyToOtherDomain</c>, <c>nameHoldsOtherAddress</c>, <c>lookAlikeDomain</c> or <c>internationalDomain</c>.
/// </param>
/// <param name="Value">What to show of it: an address or a domain; null if nothing.</param>
public sealed record SpoofHint(string Type, string? Value);
