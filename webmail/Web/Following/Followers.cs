using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Following;

/// <summary>
/// Follows the accounts that somebody listens to, each on one backend at a time. A backend that dies, or is frozen, loses all of its accounts with
/// its lease, and others that have streams of them take them; one that nobody listens to here is given up at once.
/// </summary>
internal sealed partial class Followers(FollowerLeases leases, AccountFollower follower, ILogger<Followers> log) : BackgroundService
{
    /// <summary>Each holds an IMAP connection; the others are left to other backends.</summary>
    private const int AccountsMax = 500;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly WantedAccounts _wanted = new();
    private readonly Dictionary<string, (Task Task, CancellationTokenSource Stop)> _running = new(StringComparer.Ordinal);
    private bool _reported;

    /// <summary>The account is followed, here or elsewhere, until the result is disposed of.</summary>
    public IDisposable Want(string account, Credentials credentials) => _wanted.Add(account, credentials);

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _wanted.WaitAsync(stoppingToken);
                while (_wanted.List().Count > 0)
                {
                    await FollowAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The backend stops.
        }
    }

    /// <summary>As long as anything is wanted, and the database answers.</summary>
    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        long? lease = null;
        try
        {
            using var rounds = new PeriodicTimer(FollowerLeases.RoundEvery);
            while (_wanted.List() is { Count: > 0 } wanted)
            {
                lease ??= await leases.BeginAsync(stoppingToken);
                if (await leases.HoldAsync(lease.Value, Chosen(wanted), stoppingToken) is { } held)
                {
                    _reported = false;
                    await FollowAsync(held, wanted);
                    await rounds.WaitForNextTickAsync(stoppingToken);
                }
                else
                {
                    // Too late: what others have taken meanwhile is theirs.
                    lease = null;
                }
            }
        }
        catch (Exception broken) when (broken is NpgsqlException or DatabaseUnavailableException)
        {
            await ReportAsync(broken, stoppingToken);
        }
        finally
        {
            await FollowAsync([], []);
            await EndAsync(lease);
        }
    }

    /// <summary>First what is followed already.</summary>
    private string[] Chosen(Dictionary<string, Credentials> wanted) =>
        [.. wanted.Keys.OrderByDescending(_running.ContainsKey).Take(AccountsMax)];

    /// <summary>Makes what is followed here what is held.</summary>
    private async Task FollowAsync(string[] held, Dictionary<string, Credentials> wanted)
    {
        foreach (var (account, (task, stop)) in _running.ToArray())
        {
            if (task.IsCompleted || !held.Contains(account))
            {
                _running.Remove(account);
                await stop.CancelAsync();
                await task;
                stop.Dispose();
            }
        }

        foreach (var account in held.Where(account => !_running.ContainsKey(account)))
        {
            var stop = new CancellationTokenSource();
            _running[account] = (RunAsync(account, wanted[account], stop.Token), stop);
        }
    }

    private async Task RunAsync(string account, Credentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            await follower.RunAsync(account, credentials, cancellationToken);
        }
        catch (MailRefusedException)
        {
            _wanted.Refuse(account, credentials);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody here listens any longer, or another backend has it; how its connection ended does not matter.
        }
    }

    private async Task EndAsync(long? lease)
    {
        try
        {
            if (lease is { } held)
            {
                await leases.EndAsync(held, CancellationToken.None);
            }
        }
        catch (Exception broken) when (broken is NpgsqlException or DatabaseUnavailableException)
        {
            // It lapses.
        }
    }

    private async Task ReportAsync(Exception broken, CancellationToken stoppingToken)
    {
        if (!_reported)
        {
            LogWaiting(broken.Message);
        }

        _reported = true;
        await Task.Delay(PauseAfterFailure, stoppingToken);
    }

    [LoggerMessage(LogLevel.Warning, "no mail is followed until the database answers ({Reason}); asking again every second")]
    private partial void LogWaiting(string reason);
}
