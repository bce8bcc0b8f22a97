using Webmail.Mail.Blobs;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Writing;

/// <summary>A message to be put into a mailbox as it is.</summary>
/// <param name="Mailbox">Where it is to lie.</param>
/// <param name="Keywords">With these.</param>
/// <param name="ReceivedAt">When; null: what its newest Received field says, else <paramref name="Now"/>.</param>
/// <param name="Now">The request's instant.</param>
/// <param name="Content">The bytes, or null if <paramref name="Part"/> is given.</param>
/// <param name="Part">A message on the mail server, or one within it; or null.</param>
public sealed record ImportedEmail(
    MailboxId Mailbox, IReadOnlyList<string> Keywords, DateTimeOffset? ReceivedAt, DateTimeOffset Now, ReadOnlyMemory<byte>? Content, PartContent? Part);

/// <summary>The end of a mailbox: what is written into it from now on has no smaller UID.</summary>
public sealed record MailboxEnd(uint Validity, uint Uid);
