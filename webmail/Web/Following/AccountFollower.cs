using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Web.Index;

namespace Webmail.Web.Following;

/// <summary>Follows one account: whenever the mail server has something to say, the index is brought up to it, which tells everybody.</summary>
internal sealed partial class AccountFollower(MailboxWatcher watcher, IndexSync sync, TimeProvider time, ILogger<AccountFollower> log)
{
    /// <summary>What comes in quick succession is followed together.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(1);

    /// <summary>Until it is cancelled. Whatever is wrong with one account is not wrong with the others, and is tried again.</summary>
    /// <exception cref="MailRefusedException">The mail server does not take these credentials (any longer).</exception>
    public async Task RunAsync(string account, Credentials credentials, CancellationToken cancellationToken)
    {
        for (var retry = RetryFirst; ; retry = retry < RetryMax ? 2 * retry : RetryMax)
        {
            var began = time.GetTimestamp();
            try
            {
                await FollowAsync(account, credentials, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not MailRefusedException)
            {
                retry = time.GetElapsedTime(began) > RetryMax ? RetryFirst : retry;
                if (retry == RetryFirst)
                {
                    LogFailed(account, failure.Message);
                }
            }

            await Task.Delay(retry, time, cancellationToken);
        }
    }

    private async Task FollowAsync(string account, Credentials credentials, CancellationToken cancellationToken)
    {
        using var watch = await watcher.OpenAsync(credentials, cancellationToken);
        while (true)
        {
            await sync.FollowAllAsync(credentials, account, cancellationToken);
            await watch.WaitAsync(cancellationToken);
            await Task.Delay(Gather, time, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "account {Account} is not followed until its mail server answers: {Reason}")]
    private partial void LogFailed(string account, string reason);
}
