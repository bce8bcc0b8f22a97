namespace Webmail.Mail.Messages;

/// <summary>A mailbox in a header; the name is decoded.</summary>
public sealed record EmailAddress(string? Name, string Email);
