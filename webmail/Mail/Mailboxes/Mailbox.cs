namespace Webmail.Mail.Mailboxes;

/// <summary>One mailbox as the mail server lists it.</summary>
/// <param name="Role">The JMAP role (RFC 8621 §2), from SPECIAL-USE (RFC 6154) or the usual name; null for an ordinary one.</param>
/// <param name="Selectable">False for a mailbox that only holds others.</param>
public sealed record Mailbox(
    string Name, string? Parent, string Label, string? Role, bool Selectable, int Total, int Unread, uint Validity, uint NextUid);
