using Microsoft.Extensions.Logging.Abstractions;
using MailKit.Security;
using Webmail.Mail.Connections;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Connections;

public sealed class ConnectionPoolTests : IDisposable
{
    private const int PerAccountMax = 2;
    private readonly Rules _rules = new();
    private readonly ConnectionPool<Connection> _pool;

    public ConnectionPoolTests() =>
        _pool = new ConnectionPool<Connection>(
            _rules, new ConnectionLimits(PerAccountMax, TimeSpan.FromMilliseconds(4), TimeSpan.FromMinutes(1)), TimeProvider.System, NullLogger.Instance);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task Ask_AccountsAreForgottenMeanwhile_NeverHasMoreConnectionsThanAllowed()
    {
        await Parallel.ForAsync(0, 20_000, Cancelled, async (number, token) =>
        {
            await _pool.AskAsync(Login($"user{number % 3}"), null, (connection, _) => Task.FromResult(connection.Use()), token);
            if (number % 100 == 0)
            {
                // Longer than connections are kept.
                await Task.Delay(10, token);
            }
        });

        Assert.InRange(_rules.MostAtOnce, 1, PerAccountMax);
    }

    [Fact]
    public async Task Accounts_NobodyAsksAnyLonger_AreForgotten()
    {
        for (var number = 0; number < 100; number++)
        {
            await _pool.AskAsync(Login($"user{number}"), null, (connection, _) => Task.FromResult(connection.Use()), Cancelled);
        }

        while (_pool.Accounts > 0)
        {
            await Task.Delay(1, Cancelled);
        }

        Assert.Equal(0, _rules.Open);
    }

    /// <summary>Servers make sign-ins wait where somebody has guessed passwords: they are not away for that.</summary>
    [Fact]
    public async Task Ask_SignInIsMadeToWait_ProbeDoesNotSignIn()
    {
        _rules.Hold();

        var asking = _pool.AskAsync(Login("user"), null, (connection, _) => Task.FromResult(connection.Use()), Cancelled);
        await _rules.Greeted.WaitAsync(Cancelled);
        _rules.Release();

        Assert.True(await asking);
        Assert.Equal(1, _rules.SignIns);
    }

    /// <summary>A server takes only so many connections: those that nobody uses just now are not kept from somebody else.</summary>
    [Fact]
    public async Task Ask_ServerTakesNoMoreConnections_IdleOnesMakeRoom()
    {
        using var pool = new ConnectionPool<Connection>(
            _rules, new ConnectionLimits(PerAccountMax, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)), TimeProvider.System, NullLogger.Instance);
        _rules.OpenMax = 3;
        for (var number = 0; number < 10; number++)
        {
            Assert.True(await pool.AskAsync(Login($"user{number}"), null, (connection, _) => Task.FromResult(connection.Use()), Cancelled));
        }

        Assert.InRange(_rules.Open, 1, 3);
    }

    private static ServerLogin Login(string user) =>
        new(new MailServerOptions("mail.example.test", 143, SecureSocketOptions.None), Authentication.Password, new Credentials(user, "secret"));

    private sealed class Rules : IConnectionRules<Connection>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, int> _open = [];
        private readonly TaskCompletionSource _greeted = new();
        private TaskCompletionSource _held = new();

        public Rules() => Release();

        public Task Greeted => _greeted.Task;

        public int SignIns { get; private set; }

        public int MostAtOnce { get; private set; }

        public int Open => _open.Values.Sum();

        public int OpenMax { get; set; } = int.MaxValue;

        public async Task<Connection> SignInAsync(ServerLogin login, CancellationToken cancellationToken)
        {
            SignIns++;
            await Task.Yield();
            await _held.Task.WaitAsync(cancellationToken);
            if (Open >= OpenMax)
            {
                throw new IOException("no more");
            }

            Count(login.Credentials.Username, 1);
            return new Connection(() => Count(login.Credentials.Username, -1));
        }

        public Task GreetAsync(ServerLogin login, CancellationToken cancellationToken)
        {
            _greeted.TrySetResult();
            return Task.CompletedTask;
        }

        public void Hold() => _held = new TaskCompletionSource();

        public void Release() => _held.TrySetResult();

        public bool IsBroken(Exception failure) => failure is IOException;

        public Exception? Refusal(Exception failure) => null;

        public Exception Unavailable(ServerLogin login, Exception failure) => failure;

        private void Count(string user, int more)
        {
            lock (_lock)
            {
                _open[user] = _open.GetValueOrDefault(user) + more;
                MostAtOnce = Math.Max(MostAtOnce, _open[user]);
            }
        }
    }

    private sealed class Connection(Action closed) : IKeptConnection
    {
        private int _users;

        public DateTimeOffset SignedInAt { get; set; }

        public DateTimeOffset IdleSince { get; set; }

        public bool Use()
        {
            Assert.Equal(1, Interlocked.Increment(ref _users));
            Interlocked.Decrement(ref _users);
            return true;
        }

        public void LogOut() => Dispose();

        public void Dispose() => closed();
    }
}
