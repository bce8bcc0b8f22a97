using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Sieve;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>The client, with a real Dovecot.</summary>
public sealed class SieveClientTests(DovecotServer dovecot) : IClassFixture<DovecotServer>
{
    private static readonly byte[] Keep = "keep;\r\n"u8.ToArray();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SecureSocketOptions.None)]
    [InlineData(SecureSocketOptions.StartTls)]
    [InlineData(SecureSocketOptions.SslOnConnect)]
    public async Task SignIn_EachTlsMode_LearnsWhatTheServerCan(SecureSocketOptions security)
    {
        var server = security switch
        {
            SecureSocketOptions.None => dovecot.Plain,
            SecureSocketOptions.StartTls => dovecot.StartTls,
            _ => dovecot.Implicit,
        };

        using var connection = await SignInAsync(server, dovecot.NewUser());

        Assert.Contains("Pigeonhole", connection.Capabilities.Implementation, StringComparison.Ordinal);
        Assert.True(connection.Capabilities.Has("vacation"));
        Assert.True(connection.Capabilities.HasVersion);
        Assert.Equal(4, connection.Capabilities.RedirectsMax);
        Assert.Contains("mailto", connection.Capabilities.NotificationMethods!);
    }

    [Fact]
    public async Task SignIn_CertificateThatNobodyVouchesFor_Fails()
    {
        using var pool = new SievePool(new OneMailServer(dovecot.StartTls), new SieveOptions(), TimeProvider.System);

        await Assert.ThrowsAsync<MailUnavailableException>(() => pool.AskAsync(dovecot.NewUser(), (_, _) => Task.FromResult(0), Cancelled));
    }

    [Fact]
    public async Task SignIn_WrongPassword_IsRefused() =>
        await Assert.ThrowsAsync<MailCommandException>(() => SignInAsync(dovecot.Plain, dovecot.NewUser() with { Password = "wrong" }));

    [Theory]
    [InlineData("plain")]
    [InlineData("with \"quotes\" and \\ backslashes")]
    [InlineData("ünïcödé 日本")]
    [InlineData("{5+}")]
    public async Task Put_AnyName_IsListedAndGivenBackByteForByte(string name)
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());
        var content = "# \0 not quite text: ü \"\r\nkeep;\n"u8.ToArray().Where(one => one != 0).ToArray();

        Assert.True((await connection.PutAsync(name, content, Cancelled)).IsOk);

        Assert.Equal(new ListedScript(name, false), Assert.Single(await connection.ListAsync(Cancelled)));
        Assert.Equal(content, await connection.GetAsync(name, Cancelled));
    }

    [Fact]
    public async Task Put_LargeScript_IsGivenBack()
    {
        using var connection = await SignInAsync(dovecot.StartTls, dovecot.NewUser());
        var content = Encoding.ASCII.GetBytes("# " + new string('x', 900_000) + "\r\nkeep;\r\n");

        Assert.True((await connection.PutAsync("large", content, Cancelled)).IsOk);

        Assert.Equal(content, await connection.GetAsync("large", Cancelled));
    }

    [Fact]
    public async Task Put_BrokenScript_IsRefusedInTheServersWords()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());

        var answer = await connection.PutAsync("broken", "keep;\r\nfrobnicate;\r\n"u8.ToArray(), Cancelled);

        Assert.False(answer.IsOk);
        Assert.Contains("frobnicate", answer.Text, StringComparison.Ordinal);
        Assert.Contains("line 2", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Script_SaysWhetherItCompilesAndStoresNothing()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());

        Assert.True((await connection.CheckAsync(Keep, Cancelled)).IsOk);
        Assert.False((await connection.CheckAsync("keep"u8.ToArray(), Cancelled)).IsOk);
        Assert.Empty(await connection.ListAsync(Cancelled));
    }

    [Fact]
    public async Task Quota_Scripts_IsToldBeforeAndByPut()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());
        for (var script = 0; script < DovecotServer.ScriptsMax; script++)
        {
            Assert.True((await connection.PutAsync($"{script}", Keep, Cancelled)).IsOk);
        }

        Assert.True((await connection.HaveSpaceAsync("another", 10, Cancelled)).Is("QUOTA"));
        Assert.True((await connection.PutAsync("another", Keep, Cancelled)).Is("QUOTA"));
        Assert.Equal("QUOTA/MAXSIZE", (await connection.HaveSpaceAsync("0", 10_000_000, Cancelled)).Code);
    }

    [Fact]
    public async Task Active_Script_IsOneAndCannotBeDeleted()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());
        await connection.PutAsync("a", Keep, Cancelled);
        await connection.PutAsync("b", Keep, Cancelled);

        Assert.True((await connection.SetActiveAsync("a", Cancelled)).IsOk);
        Assert.True((await connection.SetActiveAsync("b", Cancelled)).IsOk);
        Assert.True((await connection.DeleteAsync("b", Cancelled)).Is("ACTIVE"));
        Assert.True((await connection.DeleteAsync("a", Cancelled)).IsOk);

        Assert.Equal(new ListedScript("b", true), Assert.Single(await connection.ListAsync(Cancelled)));
        Assert.True((await connection.SetActiveAsync("", Cancelled)).IsOk);
        Assert.False(Assert.Single(await connection.ListAsync(Cancelled)).IsActive);
    }

    [Fact]
    public async Task Rename_Script_KeepsItActiveAndRefusesATakenName()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());
        await connection.PutAsync("a", Keep, Cancelled);
        await connection.PutAsync("b", Keep, Cancelled);
        await connection.SetActiveAsync("a", Cancelled);

        Assert.True((await connection.RenameAsync("a", "b", Cancelled)).Is("ALREADYEXISTS"));
        Assert.True((await connection.RenameAsync("none", "c", Cancelled)).Is("NONEXISTENT"));
        Assert.True((await connection.RenameAsync("a", "c", Cancelled)).IsOk);

        Assert.Equal([new ListedScript("b", false), new ListedScript("c", true)], await connection.ListAsync(Cancelled));
    }

    [Fact]
    public async Task Get_NoSuchScript_IsNull()
    {
        using var connection = await SignInAsync(dovecot.Plain, dovecot.NewUser());

        Assert.Null(await connection.GetAsync("none", Cancelled));
    }

    [Fact]
    public async Task Pool_SameAccount_KeepsItsConnectionAndNobodyElsesDoes()
    {
        using var pool = new SievePool(new OneMailServer(dovecot.Plain), new SieveOptions(), TimeProvider.System);
        var (one, other) = (dovecot.NewUser(), dovecot.NewUser());

        var first = await ConnectionAsync(pool, one);

        Assert.Same(first, await ConnectionAsync(pool, one));
        Assert.NotSame(first, await ConnectionAsync(pool, other));
        await Assert.ThrowsAsync<MailCommandException>(() => ConnectionAsync(pool, one with { Password = "wrong" }));
    }

    [Fact]
    public async Task Pool_IdleForLong_ConnectsAnew()
    {
        var time = new ManualTimer();
        var options = new SieveOptions();
        using var pool = new SievePool(new OneMailServer(dovecot.Plain), options, time);
        var user = dovecot.NewUser();
        var first = await ConnectionAsync(pool, user);

        time.Advance(2 * options.IdleTimeout);

        Assert.NotSame(first, await ConnectionAsync(pool, user));
        await Assert.ThrowsAnyAsync<Exception>(() => first.ListAsync(Cancelled));
    }

    [Fact]
    public async Task Pool_ConnectionBroke_AsksAgainOnAFreshOne()
    {
        using var pool = new SievePool(new OneMailServer(dovecot.Plain), new SieveOptions(), TimeProvider.System);
        var user = dovecot.NewUser();
        (await ConnectionAsync(pool, user)).Dispose();

        Assert.Empty(await pool.AskAsync(user, async (connection, token) =>
        {
            try
            {
                return await connection.ListAsync(token);
            }
            catch (ObjectDisposedException closed)
            {
                throw new IOException(closed.Message);
            }
        }, Cancelled));
    }

    private async Task<SieveConnection> SignInAsync(MailServerOptions server, Credentials user) =>
        await SieveConnection.SignInAsync(
            new ServerLogin(server, Authentication.Password, user), new SieveOptions { CertificateValidation = dovecot.IsOurs }, Cancelled);

    private static Task<SieveConnection> ConnectionAsync(SievePool pool, Credentials user) =>
        pool.AskAsync(user, (connection, _) => Task.FromResult(connection), Cancelled);

    /// <summary>A clock with the one timer of the pool that ticks; those of its questions do not.</summary>
    private sealed class ManualTimer : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;
        private Action _tick = () => { };

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = period == Timeout.InfiniteTimeSpan ? _tick : () => callback(state);
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            _tick();
        }
    }
}
