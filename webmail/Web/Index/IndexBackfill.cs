using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Index;

/// <summary>
/// Reads the older messages of mailboxes somebody has looked into, newest first, one batch after the other, in turn for all
/// accounts. One backend at a time does it for an account.
/// </summary>
internal sealed partial class IndexBackfill(NpgsqlDataSource source, IndexReader reader, IndexSync sync, ILogger<IndexBackfill> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] RoleOrder = ["inbox", "sent", "drafts", "archive"];

    private readonly ConcurrentDictionary<string, Credentials> _accounts = new(StringComparer.Ordinal);
    private readonly Channel<string> _turns = Channel.CreateUnbounded<string>();

    /// <summary>The account's mailboxes are read until all is in the index; the credentials are kept for as long.</summary>
    public void Enqueue(string account, Credentials credentials)
    {
        if (_accounts.TryAdd(account, credentials))
        {
            _turns.Writer.TryWrite(account);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(await _turns.Reader.ReadAsync(stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>One turn. Whatever is wrong with one account is not wrong with the others, and no reason to stop.</summary>
    private async Task RunAsync(string account, CancellationToken cancellationToken)
    {
        try
        {
            if (await BatchAsync(account, _accounts[account], cancellationToken))
            {
                _turns.Writer.TryWrite(account);
                return;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The next query that finds the index incomplete begins again.
            GivenUp(account, failure is MailUnavailableException or MailRefusedException or DatabaseUnavailableException ? null : failure, failure.Message);
        }

        _accounts.TryRemove(account, out _);
    }

    /// <summary>False once there is nothing left, or somebody else does it.</summary>
    private async Task<bool> BatchAsync(string account, Credentials credentials, CancellationToken cancellationToken)
    {
        await using var turn = await AccountTurn.TakeAsync(source, account, AccountTurn.SilenceMax, cancellationToken);
        if (turn is null)
        {
            await Task.Delay(Pause, cancellationToken);
            return true;
        }

        var next = (await reader.MailboxesAsync(account, cancellationToken))
            .Where(row => row.Selectable && !row.Mark.IsComplete)
            .OrderBy(row => Array.IndexOf(RoleOrder, row.Role) is var order and >= 0 ? order : RoleOrder.Length + (row.Role is "junk" or "trash" or "all" ? 1 : 0))
            .FirstOrDefault();
        if (next is null)
        {
            return false;
        }

        if (await sync.FollowAsync(credentials, account, next.Id, cancellationToken) is { Mark.IsComplete: false } row)
        {
            await sync.FollowOlderAsync(credentials, account, row, cancellationToken);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The index of account {Account} stays incomplete for now: {Reason}")]
    private partial void GivenUp(string account, Exception? failure, string reason);
}
