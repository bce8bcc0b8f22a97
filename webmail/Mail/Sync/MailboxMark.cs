namespace Webmail.Mail.Sync;

/// <summary>How far an index has followed a mailbox.</summary>
/// <param name="Validity">UIDVALIDITY; 0 if the mailbox was never read.</param>
/// <param name="NextUid">All messages from <paramref name="FromUid"/> to below this one are in the index.</param>
/// <param name="FromUid">1 once the index is complete; what is older is still to be read. Some of it may be in the index already.</param>
/// <param name="ModSeq">HIGHESTMODSEQ (RFC 7162) up to which flags are known; 0 if the server has none.</param>
/// <param name="Total">Messages in the mailbox, read or not.</param>
/// <param name="Unread">As the server counts.</param>
public sealed record MailboxMark(uint Validity, uint NextUid, uint FromUid, ulong ModSeq, int Total, int Unread)
{
    public bool IsComplete => Validity != 0 && FromUid <= 1;
}
