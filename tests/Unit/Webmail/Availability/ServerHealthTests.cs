using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Webmail.Mail.Availability;

namespace Tests.Unit.Webmail.Availability;

public sealed class ServerHealthTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HealthLimits Limits = new(Patience: TimeSpan.FromMilliseconds(20), ProbeTimeout: TimeSpan.FromSeconds(10))
    {
        ProbeEvery = TimeSpan.FromMilliseconds(5),
    };

    private readonly Log _log = new();
    private readonly ServerHealth _health;
    private int _asked;
    private int _probing;
    private int _probingMax;
    private volatile bool _answers = true;

    public ServerHealthTests() => _health = NewHealth(Limits);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _health.Dispose();

    [Fact]
    public async Task Ask_ServerKnownToBeAway_IsRefusedWithoutBeingAsked()
    {
        await GoAwayAsync();
        var asked = _asked;

        var refused = await Assert.ThrowsAsync<ServerAwayException>(() => AskAsync(_ => Task.FromResult("answer")));

        Assert.Equal("the probe's reason", refused.Message);
        Assert.Equal(asked, _asked);
        Assert.NotNull(_health.Condition.Since);
    }

    [Fact]
    public async Task Ask_ServerBack_IsAskedAgain()
    {
        await GoAwayAsync();

        _answers = true;
        await UntilAsync(ServerAvailability.Ok);

        Assert.Equal("answer", await AskAsync(_ => Task.FromResult("answer")));
        Assert.Collection(
            _log.Lines,
            line => Assert.Equal("the server is away (the probe's reason); nobody waits for it, and it is asked every 0.005 s", line),
            line => Assert.StartsWith("the server is asked for again; it was away for ", line, StringComparison.Ordinal));
    }

    /// <summary>Of all that wait when a server stops to answer, none waits for longer than the verdict takes.</summary>
    [Fact]
    public async Task Ask_NoAnswerAndNoneToTheProbe_IsGivenUp()
    {
        _answers = false;

        var waiting = Enumerable.Range(0, 10).Select(_ => AskAsync(token => NeverAsync(token))).ToArray();

        foreach (var one in waiting)
        {
            await Assert.ThrowsAsync<ServerAwayException>(() => one.WaitAsync(Patience, Cancelled));
        }

        Assert.Equal(1, _probingMax);
    }

    [Fact]
    public async Task Ask_QuestionThatDoesNotEndByItsToken_IsLeftToItself()
    {
        _answers = false;

        await Assert.ThrowsAsync<ServerAwayException>(() => AskAsync(_ => NeverAsync(CancellationToken.None)).WaitAsync(Patience, Cancelled));
    }

    [Fact]
    public async Task Ask_NoAnswerYetButOneToTheProbe_IsWaitedForAndSlow()
    {
        var answer = new TaskCompletionSource<string>();
        var waiting = AskAsync(_ => answer.Task);
        await UntilAsync(ServerAvailability.Slow);
        Assert.False(waiting.IsCompleted);

        answer.SetResult("late");

        Assert.Equal("late", await waiting);
        Assert.Equal(ServerAvailability.Slow, _health.Condition.Availability);
        await UntilAsync(ServerAvailability.Ok, () => AskAsync(_ => Task.FromResult("fast")));
    }

    /// <summary>As of a message that no client library can read: the server is there.</summary>
    [Fact]
    public async Task Ask_FailsButTheProbeIsAnswered_LeavesTheServerThere()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync(_ => throw new IOException("unreadable")));

        Assert.Equal("answer", await AskAsync(_ => Task.FromResult("answer")));
    }

    /// <summary>As of a server that comes back while a probe, slow on a busy machine, still fails of its absence.</summary>
    [Fact]
    public async Task Ask_AnsweredWhileAProbeFails_LeavesTheServerThere()
    {
        var (probing, failing, probedAgain) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        Task Ask(Func<CancellationToken, Task<string>> ask) => _health.AskAsync(ask, ProbeOnceAsync, Cancelled);

        await Assert.ThrowsAsync<IOException>(() => Ask(_ => throw new IOException("broken")));
        await probing.Task.WaitAsync(Patience, Cancelled);
        await Ask(_ => Task.FromResult("answer"));
        failing.SetException(new IOException("the probe's reason"));
        await probedAgain.Task.WaitAsync(Patience, Cancelled);

        await Ask(_ => Task.FromResult("answer"));
        Assert.Empty(_log.Lines);

        Task ProbeOnceAsync(CancellationToken cancellationToken)
        {
            var isAgain = !probing.TrySetResult() && probedAgain.TrySetResult();
            return isAgain ? Task.CompletedTask : failing.Task;
        }
    }

    [Fact]
    public async Task Ask_CallerGivesUp_IsNoOutage()
    {
        using var caller = new CancellationTokenSource();
        var waiting = _health.AskAsync(NeverAsync, ProbeAsync, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Watch_NobodyAsksAnyLonger_Ends()
    {
        using var forgetful = NewHealth(Limits with { ForgottenAfter = TimeSpan.Zero });
        _answers = false;

        await Assert.ThrowsAsync<IOException>(() => forgetful.AskAsync<string>(_ => throw new IOException("broken"), ProbeAsync, Cancelled));

        Assert.Equal("answer", await forgetful.AskAsync(_ => Task.FromResult("answer"), ProbeAsync, Cancelled));
    }

    private ServerHealth NewHealth(HealthLimits limits) => new(limits, failure => failure is IOException, TimeProvider.System, _log, "the server");

    private Task<string> AskAsync(Func<CancellationToken, Task<string>> ask) => _health.AskAsync(
        token =>
        {
            Interlocked.Increment(ref _asked);
            return ask(token);
        },
        ProbeAsync,
        Cancelled);

    private async Task GoAwayAsync()
    {
        _answers = false;
        await Assert.ThrowsAsync<IOException>(() => AskAsync(_ => throw new IOException("broken")));
        await UntilAsync(ServerAvailability.Away);
    }

    private async Task UntilAsync(ServerAvailability wanted, Func<Task>? act = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (_health.Condition.Availability != wanted)
        {
            Assert.False(patience.IsCancellationRequested, $"never {wanted}");
            await (act?.Invoke() ?? Task.CompletedTask);
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancelled);
        }
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        _probingMax = Math.Max(_probingMax, Interlocked.Increment(ref _probing));
        await Task.Yield();
        Interlocked.Decrement(ref _probing);
        if (!_answers)
        {
            throw new IOException("the probe's reason");
        }
    }

    private static async Task<string> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return "";
    }

    private sealed class Log : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
