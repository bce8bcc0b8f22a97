namespace Webmail.Mail.Headers;

/// <summary>One header field as it was received.</summary>
/// <param name="Name">As its sender spelt it.</param>
/// <param name="Raw">What follows the colon, to before the last line end: not unfolded, not decoded; octets that are no UTF-8 are U+FFFD.</param>
public sealed record HeaderField(string Name, string Raw);
