using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Writing;

namespace Webmail.Mail.Sending;

/// <summary>
/// Hands one message to the mail server for delivery (RFC 6409), once, and says exactly what is known afterwards. SMTP cannot be
/// asked later: what matters is whether the end of the message may have reached the server (RFC 5321 §6.1).
/// </summary>
public sealed class Submitter(IMailServers servers)
{
    /// <summary>To connect, to sign in.</summary>
    public TimeSpan SignInTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the envelope to the last reply; RFC 5321 §4.5.3.2.6 gives the reply alone ten minutes.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromMinutes(12);

    /// <param name="credentials">Whose message it is.</param>
    /// <param name="content">
    /// The message; its Bcc fields are taken out, for receivers must not learn of each other (RFC 5322 §3.6.3), and so is the mark of a draft.
    /// </param>
    /// <param name="envelope">Between whom.</param>
    /// <param name="leave">Called right before the message may leave. False if it must not; from then on only this attempt knows.</param>
    /// <param name="cancellationToken">Gives up as long as nothing can have left.</param>
    /// <exception cref="OperationCanceledException">Given up; nothing has left.</exception>
    /// <exception cref="MailUnavailableException">Nobody can say which server it is; nothing has left.</exception>
    public async Task<SubmissionResult> SubmitAsync(
        Credentials credentials, byte[] content, Envelope envelope, Func<CancellationToken, Task<bool>> leave, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(leave);
        using var message = await MimeMessage.LoadAsync(new MemoryStream(content, false), cancellationToken);
        message.Bcc.Clear();
        message.ResentBcc.Clear();
        message.Headers.RemoveAll(DraftMark.Field);
        var from = MailboxAddress.Parse(envelope.From);
        MailboxAddress[] to = [.. envelope.To.Select(MailboxAddress.Parse)];
        var ours = await servers.FindAsync(credentials.Username, cancellationToken);
        var login = ours.To(ours.Submission, credentials);
        using var client = new SmtpClient();
        var sent = new SentBytes();
        var left = false;
        try
        {
            await SignInAsync(client, login, cancellationToken);
            if (!await leave(cancellationToken))
            {
                return new SubmissionResult(SubmissionEnd.Superseded, null, null);
            }

            left = true;
            // Not cancelled from outside: whoever has begun to send is the only one who can learn how it ends.
            using var deadline = new CancellationTokenSource(SendTimeout);
            var reply = await client.SendAsync(message, from, to, deadline.Token, sent);
            return new SubmissionResult(SubmissionEnd.Accepted, $"250 {reply}", null);
        }
        catch (SmtpCommandException refused)
        {
            return Refused(refused);
        }
        catch (AuthenticationException)
        {
            return new SubmissionResult(
                SubmissionEnd.NotSignedIn, null, "The mail server does not accept your password for sending any longer; sign in again, then the message goes out.");
        }
        catch (NotSupportedException unable)
        {
            // Before the envelope: an address that needs SMTPUTF8 (RFC 6531).
            return new SubmissionResult(SubmissionEnd.Refused, null, $"The mail server cannot take the message: {unable.Message}");
        }
        catch (Exception broken) when (IsBroken(broken) && (left || !cancellationToken.IsCancellationRequested))
        {
            return sent.IsWhole
                ? new SubmissionResult(SubmissionEnd.Unknown, null, $"The mail server did not confirm the message ({broken.Message}). Most likely it was sent.")
                : new SubmissionResult(
                    SubmissionEnd.Later, null, $"The mail server {login.Server} does not take messages now ({broken.Message}); it is tried again.");
        }
    }

    private async Task SignInAsync(SmtpClient client, ServerLogin login, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(SignInTimeout);
        await client.ConnectAsync(login.Server, deadline.Token);
        // With BDAT (RFC 3030) the last byte of the message ends it; after DATA a full stop of its own does, so that it is
        // known whether a connection broke before the end.
        client.Capabilities &= ~SmtpCapabilities.Chunking;
        try
        {
            await AuthenticateAsync(client, login, deadline.Token);
        }
        catch (AuthenticationException failure) when (failure.InnerException is SmtpCommandException { StatusCode: < SmtpStatusCode.SyntaxError } later)
        {
            throw later;
        }
    }

    internal static Task AuthenticateAsync(SmtpClient client, ServerLogin login, CancellationToken cancellationToken) =>
        login.Mechanism() is { } mechanism
            ? client.AuthenticateAsync(mechanism, cancellationToken)
            : client.AuthenticateAsync(login.Credentials.Username, login.Credentials.Password, cancellationToken);

    private static SubmissionResult Refused(SmtpCommandException refused)
    {
        var reply = string.Create(CultureInfo.InvariantCulture, $"{(int)refused.StatusCode} {refused.Message}");
        var said = refused.Mailbox is { } mailbox ? $"{mailbox.Address}: {refused.Message}" : refused.Message;
        return refused.StatusCode >= SmtpStatusCode.SyntaxError
            ? new SubmissionResult(SubmissionEnd.Refused, reply, $"The mail server refused the message: {said}")
            : new SubmissionResult(SubmissionEnd.Later, reply, $"The mail server does not take the message yet ({said}); it is tried again.");
    }

    private static bool IsBroken(Exception failure) =>
        failure is IOException or SmtpProtocolException or ServiceNotConnectedException or SocketException or TimeoutException or SslHandshakeException
            or OperationCanceledException;

    /// <summary>Counts what of the message was written. Lines that begin with a full stop grow, so the count is never behind.</summary>
    private sealed class SentBytes : ITransferProgress
    {
        public bool IsWhole { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => IsWhole = bytesTransferred >= totalSize;

        public void Report(long bytesTransferred) => IsWhole = true;
    }
}
