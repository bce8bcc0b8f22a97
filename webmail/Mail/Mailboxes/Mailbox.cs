namespace Webmail.Mail.Mailboxes;

/// <summary>One mailbox as the mail server lists it.</summary>
/// <param name="Name">Its full name, which is unique.</param>
/// <param name="Parent">The full name of the mailbox it lies in; null at the top.</param>
/// <param name="Label">The last part of its name.</param>
/// <param name="Role">The JMAP role (RFC 8621 §2), from SPECIAL-USE (RFC 6154) or the usual name; null for an ordinary one.</param>
/// <param name="Selectable">False for a mailbox that only holds others.</param>
/// <param name="Subscribed">The user wants to see it.</param>
/// <param name="Total">Messages in it.</param>
/// <param name="Unread">Of them without \Seen.</param>
/// <param name="Validity">UIDVALIDITY; the same under another name means that it was renamed.</param>
/// <param name="NextUid">UIDNEXT.</param>
/// <param name="ModSeq">HIGHESTMODSEQ; 0 where the server has none.</param>
/// <param name="Rights">The user's own (RFC 4314 §2.1), a letter each; null if they were not asked for or the server does not tell.</param>
public sealed record Mailbox(
    string Name, string? Parent, string Label, string? Role, bool Selectable, bool Subscribed, int Total, int Unread, uint Validity, uint NextUid, ulong ModSeq,
    string? Rights = null);
