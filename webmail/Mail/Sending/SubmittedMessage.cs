using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sending;

/// <summary>Reads what is to be sent, byte for byte: from then on nothing depends on the draft.</summary>
public sealed class SubmittedMessage(ImapPool pool)
{
    /// <summary>Run inside an effect or a choice.</summary>
    /// <exception cref="MailNotFoundException">The message is not there any longer.</exception>
    public Task<byte[]> ReadAsync(Credentials credentials, EmailId email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return pool.AskAsync(
            credentials,
            email.Mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenForContentAsync(email, token);
                if (folder.UidValidity != email.Validity)
                {
                    throw new MailNotFoundException("The message is not there any longer.");
                }

                using var stream = await folder.GetStreamAsync(new UniqueId(email.Validity, email.Uid), token);
                using var content = new MemoryStream();
                await stream.CopyToAsync(content, token);
                return content.ToArray();
            },
            cancellationToken);
    }
}
