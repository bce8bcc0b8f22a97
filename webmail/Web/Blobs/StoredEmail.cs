using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Web.Blobs;

/// <summary>A message in a mailbox: each part is a question to the mail server.</summary>
internal sealed class StoredEmail(BodyReader bodies, MailAccount account, Email email) : IReadableEmail
{
    public Email Email => email;

    public string BlobIdOf(string partId) => new BlobId(email.Id, partId).ToString();

    public ValueTask<BodyText> ReadAsync(EmailPart part, CancellationToken cancellationToken) => bodies.ReadAsync(account, part, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(EmailPart part, int encodedBytesMax, CancellationToken cancellationToken) =>
        bodies.ReadBytesAsync(account, part, encodedBytesMax, cancellationToken);
}
