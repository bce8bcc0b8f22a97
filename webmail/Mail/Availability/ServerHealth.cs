using Microsoft.Extensions.Logging;

namespace Webmail.Mail.Availability;

/// <summary>
/// Whether one server answers, as this process knows it. A question that fails or takes long makes it doubtful, and a probe decides. While it is away
/// nobody waits for it: questions are refused at once, and one probe at a time looks whether it is back.
/// </summary>
public sealed partial class ServerHealth : IDisposable
{
    private readonly HealthLimits _limits;
    private readonly Predicate<Exception> _isOutage;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _name;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;

    // Of all that follows.
    private readonly Lock _lock = new();
    private CancellationTokenSource _present = new();
    private DateTimeOffset _askedAt;
    private DateTimeOffset _slowUntil;
    private DateTimeOffset? _slowSince;
    private DateTimeOffset? _awaySince;
    private string _reason = "";
    private Task? _watch;
    private int _probes;
    private int _answeredDuringProbe;

    /// <param name="limits">How long is waited.</param>
    /// <param name="isOutage">The failures of a question that a server which is away causes, among others.</param>
    /// <param name="time">The process's own.</param>
    /// <param name="log">Is told when the server goes and when it is back.</param>
    /// <param name="name">The server's, there.</param>
    public ServerHealth(HealthLimits limits, Predicate<Exception> isOutage, TimeProvider time, ILogger log, string name) =>
        (_limits, _isOutage, _time, _log, _name, _stopped) = (limits, isOutage, time, log, name, _stopping.Token);

    /// <summary>Within choices only: it changes at any time.</summary>
    public ServerCondition Condition
    {
        get
        {
            lock (_lock)
            {
                return _awaySince is not null ? new ServerCondition(ServerAvailability.Away, _awaySince)
                    : _slowSince is not null && _time.GetUtcNow() < _slowUntil ? new ServerCondition(ServerAvailability.Slow, _slowSince)
                    : ServerCondition.Ok;
            }
        }
    }

    /// <param name="ask">The question. It is left to itself when the server turns out to be away, and should end by its token then.</param>
    /// <param name="probe">Asks anew, on a connection of its own, what a server that is well always answers; throws if it does not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ServerAwayException">Its server is away.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, Func<CancellationToken, Task> probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var (present, latestProbe) = Enter();
        var began = _time.GetUtcNow();
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, present);
        var isLate = false;
        await using var patience = _time.CreateTimer(_ => DoubtLate(), null, _limits.Patience, Timeout.InfiniteTimeSpan);
        try
        {
            var answer = await ask(asking.Token).WaitAsync(present);
            if (!Volatile.Read(ref isLate))
            {
                AnsweredInTime(latestProbe);
            }

            return answer;
        }
        catch (OperationCanceledException) when (present.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Away();
        }
        catch (Exception failure) when (_isOutage(failure))
        {
            Doubt(probe, null);
            throw;
        }

        void DoubtLate()
        {
            // Timers and clocks disagree by a millisecond: the timer alone decides what is late.
            Volatile.Write(ref isLate, true);
            Doubt(probe, began);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _present.Dispose();
    }

    private (CancellationToken Present, int LatestProbe) Enter()
    {
        lock (_lock)
        {
            _askedAt = _time.GetUtcNow();
            return _awaySince is null ? (_present.Token, _probes) : throw Away();
        }
    }

    private ServerAwayException Away() => new(_reason);

    private void AnsweredInTime(int latestProbe)
    {
        lock (_lock)
        {
            _slowSince = null;
            _answeredDuringProbe = Math.Max(_answeredDuringProbe, latestProbe);
        }
    }

    private void Doubt(Func<CancellationToken, Task> probe, DateTimeOffset? slowSince)
    {
        lock (_lock)
        {
            if (slowSince is not null)
            {
                _slowSince ??= slowSince;
                _slowUntil = _time.GetUtcNow() + _limits.SlowFor;
            }

            if (_watch is null && !_stopped.IsCancellationRequested)
            {
                // It outlives the question, whose journal and trace are not its own.
                using var flow = ExecutionContext.SuppressFlow();
                _watch = Task.Run(() => WatchAsync(probe));
            }
        }
    }

    /// <summary>Until the server answers, or nobody asks for it any longer.</summary>
    private async Task WatchAsync(Func<CancellationToken, Task> probe)
    {
        try
        {
            while (await FailureAsync(probe) is { } reason && IsWanted())
            {
                await LeaveAsync(reason);
                await Task.Delay(_limits.ProbeEvery, _time, _stopped);
            }

            Return();
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    /// <summary>Null if the server answers.</summary>
    private async Task<string?> FailureAsync(Func<CancellationToken, Task> probe)
    {
        lock (_lock)
        {
            _probes++;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        deadline.CancelAfter(_limits.ProbeTimeout);
        try
        {
            await probe(deadline.Token).WaitAsync(deadline.Token);
            return null;
        }
        catch (OperationCanceledException) when (!_stopped.IsCancellationRequested)
        {
            return $"nothing within {_limits.ProbeTimeout.TotalSeconds:0} s";
        }
#pragma warning disable CA1031 // The boundary of the loop: whatever a probe fails of, the server does not answer as it should.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return failure.Message;
        }
    }

    private bool IsWanted()
    {
        lock (_lock)
        {
            return _time.GetUtcNow() - _askedAt < _limits.ForgottenAfter;
        }
    }

    private async Task LeaveAsync(string reason)
    {
        lock (_lock)
        {
            if (_answeredDuringProbe == _probes)
            {
                // Somebody who asked later than this probe was answered: it failed of a server that has come back meanwhile, or by itself.
                return;
            }

            if (_awaySince is null)
            {
                LogAway(_log, _name, reason, _limits.ProbeEvery.TotalSeconds);
            }

            _reason = reason;
            _awaySince ??= _slowSince ?? _time.GetUtcNow();
        }

        // What those who wait do of it is theirs.
        await _present.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Return()
    {
        lock (_lock)
        {
            _watch = null;
            if (_awaySince is { } since)
            {
                LogBack(_log, _name, (_time.GetUtcNow() - since).TotalSeconds);
                // The old one is left to those who wait by it.
                (_awaySince, _slowSince, _present) = (null, null, new CancellationTokenSource());
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Server} is away ({Reason}); nobody waits for it, and it is asked every {Seconds} s")]
    private static partial void LogAway(ILogger log, string server, string reason, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Server} is asked for again; it was away for {Seconds:0.0} s")]
    private static partial void LogBack(ILogger log, string server, double seconds);
}
