using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sync;

/// <summary>Opens watches over accounts. Each has an IMAP connection of its own, beside the pool's.</summary>
public sealed class MailboxWatcher(ImapPool pool)
{
    /// <exception cref="MailRefusedException">The password is not right (any longer).</exception>
    public async Task<MailboxWatch> OpenAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var connection = await pool.OpenOwnAsync(credentials, cancellationToken);
        try
        {
            return await MailboxWatch.BeginAsync(connection, cancellationToken);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
