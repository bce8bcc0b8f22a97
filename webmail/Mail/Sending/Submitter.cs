using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sending;

/// <summary>Hands messages to the mail server for delivery (RFC 6409), each exactly once as far as SMTP allows.</summary>
public sealed class Submitter(ImapPool pool, MailServerOptions server, ISubmissionLog log)
{
    public ValueTask<SubmissionOutcome> SubmitAsync(
        MailAccount account, EmailId email, Envelope envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync(
            "submission", new SubmissionEffect(pool, server, log, account.Credentials, email, envelope), cancellationToken);
    }
}

/// <summary>Who sends and who receives, whatever the headers say (RFC 5321 §2.3.1).</summary>
public sealed record Envelope(string From, IReadOnlyList<string> To);
