using Webmail.Mail.Messages;

namespace Webmail.Mail.Sync;

/// <summary>What has happened in a mailbox since a mark.</summary>
/// <param name="Reset">Nothing the index knew of this mailbox holds any longer: it is another one, or made anew.</param>
/// <param name="Arrived">Messages the index does not have; their keys are 0.</param>
/// <param name="Marked">Keywords as they are now; of messages the index may not have.</param>
/// <param name="Present">All UIDs there are, if any may be gone; else null.</param>
/// <param name="Mark">Where the index will be with all this.</param>
/// <param name="HasMore">More has arrived than is read at once: ask again.</param>
public sealed record MailboxNews(bool Reset, Email[] Arrived, MarkedEmail[] Marked, uint[]? Present, MailboxMark Mark, bool HasMore);

/// <summary>A message's keywords.</summary>
public sealed record MarkedEmail(uint Uid, string[] Keywords);
