using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sending;

/// <summary>
/// Submits one message. Until it leaves, a later attempt takes it over and the earlier one cannot send any more. Only while
/// the mail server is taking the message is there doubt: then it is sent again, unchanged and under the same Message-ID,
/// because SMTP cannot be asked and a mail that is lost is worse than one that its receiver has to recognise (RFC 5321 §6.1).
/// </summary>
internal sealed class SubmissionEffect(
    ImapPool pool, MailServerOptions server, ISubmissionLog log, Credentials credentials, EmailId email, Envelope envelope)
    : IMailEffect<SubmissionOutcome>
{
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(30);

    public async ValueTask<SubmissionOutcome> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // Tells this attempt from others of the same effect: it must differ in each, and no answer shows it.
        var attempt = Guid.NewGuid();
#pragma warning restore RS0030
        return await log.BeginAsync(id, attempt, cancellationToken) == SubmissionState.Accepted
            ? SubmissionOutcome.Accepted
            : await SubmitAsync(id, attempt, cancellationToken);
    }

    public ValueTask<SubmissionOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);

    private async Task<SubmissionOutcome> SubmitAsync(Guid id, Guid attempt, CancellationToken cancellationToken)
    {
        using var message = await ReadAsync(cancellationToken);
        using var client = new SmtpClient { Timeout = (int)OperationTimeout.TotalMilliseconds };
        var left = false;
        try
        {
            await client.ConnectAsync(server.Host, server.Port, server.Security, cancellationToken);
            await client.AuthenticateAsync(credentials.Username, credentials.Password, cancellationToken);
            if (!await log.LeaveAsync(id, attempt, cancellationToken))
            {
                throw new MailUnavailableException("Another server has taken over sending this message.");
            }

            left = true;
            await client.SendAsync(
                message, MailboxAddress.Parse(envelope.From), envelope.To.Select(MailboxAddress.Parse), CancellationToken.None);
            await log.EndAsync(id, SubmissionState.Accepted, CancellationToken.None);
            return SubmissionOutcome.Accepted;
        }
        catch (AuthenticationException refused)
        {
            return new SubmissionOutcome("forbiddenToSend", $"The mail server refuses the sign-in: {refused.Message}");
        }
        catch (SmtpCommandException refused)
        {
            await log.EndAsync(id, SubmissionState.Preparing, CancellationToken.None);
            return new SubmissionOutcome(
                refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted ? "invalidRecipients" : "forbiddenToSend",
                refused.Mailbox is { } mailbox ? $"{mailbox.Address}: {refused.Message}" : $"The mail server refused: {refused.Message}");
        }
        catch (Exception broken) when (broken is IOException or SmtpProtocolException or ServiceNotConnectedException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new MailUnavailableException(left
                ? $"The connection to the mail server {server.Host}:{server.Port} broke while it took the message ({broken.Message}): it may have "
                    + "been sent. It is still in the drafts; ask its receivers before you send it again."
                : $"The mail server {server.Host}:{server.Port} does not take messages ({broken.Message}); the message is still in the drafts.");
        }
    }

    private async Task<MimeMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var message = await pool.AskAsync(
            credentials,
            email.Mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenForContentAsync(email, token);
                return folder.UidValidity == email.Validity
                    ? await folder.GetMessageAsync(new UniqueId(email.Validity, email.Uid), token)
                    : throw new MailNotFoundException("The message is not there any longer.");
            },
            cancellationToken);
        // Its receivers must not learn of each other (RFC 5322 §3.6.3).
        message.Bcc.Clear();
        return message;
    }
}
