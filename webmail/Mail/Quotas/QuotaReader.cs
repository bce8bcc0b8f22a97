using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Quotas;

/// <summary>Asks for the quotas of the inbox, which are those of the account.</summary>
public sealed class QuotaReader(ImapPool pool)
{
    private const long StorageUnit = 1024;

    /// <summary>None if the server sets no limits, or does not say (no QUOTA).</summary>
    public ValueTask<Quota[]> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "imap.quota",
            async token => await pool.AskAsync(account.Credentials, null, ReadAsync, token),
            cancellationToken);
    }

    private static async Task<Quota[]> ReadAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        if (!connection.Client.Capabilities.HasFlag(ImapCapabilities.Quota))
        {
            return [];
        }

        var answer = await connection.Client.Inbox.GetQuotaAsync(cancellationToken);
        return [.. Limits(answer)];
    }

    private static IEnumerable<Quota> Limits(FolderQuota answer)
    {
        var root = answer.QuotaRoot?.FullName ?? "";
        if (answer.StorageLimit is { } bytes)
        {
            yield return new Quota(root, QuotaResource.Storage, (answer.CurrentStorageSize ?? 0) * StorageUnit, bytes * StorageUnit);
        }

        if (answer.MessageLimit is { } messages)
        {
            yield return new Quota(root, QuotaResource.Messages, answer.CurrentMessageCount ?? 0, messages);
        }
    }
}
