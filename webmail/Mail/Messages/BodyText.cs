namespace Webmail.Mail.Messages;

/// <summary>A text part's content; the two flags are those of RFC 8621 §4.1.4 EmailBodyValue.</summary>
public sealed record BodyText(string Value, bool EncodingProblem, bool Truncated);
