using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Mail.Sieve.Vacations;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>An effect in doubt: it has been performed, or half performed, or not, and nobody knows.</summary>
public sealed class ScriptEffectTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private static readonly byte[] Keep = "keep;\r\n"u8.ToArray();

    private readonly SievePool _pool = webmail.Services.GetRequiredService<SievePool>();
    private readonly IScriptIds _ids = webmail.Services.GetRequiredService<IScriptIds>();
    private readonly MailAccount _account = Account(webmail.Dovecot.NewUser());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Create_InDoubt_IsMadeOnce(bool performed)
    {
        var effect = new CreateScriptEffect(_pool, _ids, _account, null, Keep);
        var id = Guid.NewGuid();
        var outcome = performed ? await effect.PerformAsync(id, Cancelled) : null;

        var resolved = await effect.ResolveAsync(id, Cancelled);

        Assert.Null(resolved.Refusal);
        Assert.Equal(outcome ?? resolved, resolved);
        Assert.Equal(resolved.Name, Assert.Single(await ListAsync()).Name);
    }

    [Fact]
    public async Task Create_InDoubtButTheNameIsAnothers_LeavesItAsItIs()
    {
        await PutAsync("a", "# theirs\r\nkeep;\r\n");
        var effect = new CreateScriptEffect(_pool, _ids, _account, "a", Keep);

        Assert.Equal("alreadyExists", (await effect.PerformAsync(Guid.NewGuid(), Cancelled)).Refusal);
        Assert.Equal("alreadyExists", (await effect.ResolveAsync(Guid.NewGuid(), Cancelled)).Refusal);

        Assert.Equal("# theirs\r\nkeep;\r\n", await GetAsync("a"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Update_InDoubt_IsDone(bool renamed, bool performed)
    {
        await PutAsync("a", "discard;\r\n");
        var effect = new UpdateScriptEffect(_pool, _ids, _account, new Script("s1", "a", "", false, false), "b", Keep);
        if (performed)
        {
            await effect.PerformAsync(Guid.NewGuid(), Cancelled);
        }
        else if (renamed)
        {
            await AskAsync((connection, token) => connection.RenameAsync("a", "b", token));
        }

        Assert.Equal(ScriptOutcome.Done, await effect.ResolveAsync(Guid.NewGuid(), Cancelled));

        Assert.Equal("b", Assert.Single(await ListAsync()).Name);
        Assert.Equal("keep;\r\n", await GetAsync("b"));
        Assert.Equal("s1", (await _ids.ReadAsync(_account.Id, Cancelled))["b"]);
    }

    [Fact]
    public async Task Destroy_InDoubt_IsDone()
    {
        await PutAsync("a", "keep;\r\n");
        var effect = new DestroyScriptEffect(_pool, _ids, _account, new Script("s1", "a", "", false, false));

        Assert.Equal(ScriptOutcome.Done, await effect.PerformAsync(Guid.NewGuid(), Cancelled));
        Assert.Equal(ScriptOutcome.Done, await effect.ResolveAsync(Guid.NewGuid(), Cancelled));
        Assert.Equal(ScriptOutcome.NotFound, await effect.PerformAsync(Guid.NewGuid(), Cancelled));
    }

    /// <summary>A backend dies at any point of it, and another client has been there before the next goes on.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vacation_InDoubtAndAnotherIsActiveNow_KeepsThatOne(bool on)
    {
        await PutAsync("theirs", "keep;\r\n");
        await PutAsync("later", "stop;\r\n");
        await AskAsync((connection, token) => connection.SetActiveAsync("theirs", token));
        var effect = new VacationEffect(_pool, _account.Credentials, new VacationResponse(true, VacationSettings.None with { TextBody = "away" }));
        await effect.PerformAsync(Guid.NewGuid(), Cancelled);
        await AskAsync((connection, token) => connection.SetActiveAsync("later", token));

        Assert.Equal(ScriptOutcome.Done, await (on ? effect : new VacationEffect(
            _pool, _account.Credentials, new VacationResponse(false, VacationSettings.None))).ResolveAsync(Guid.NewGuid(), Cancelled));

        Assert.Equal(on ? "webmail-master" : "later", (await ListAsync()).Single(script => script.IsActive).Name);
        Assert.Equal(on, (await GetAsync("webmail-master"))?.Contains("\"later\"", StringComparison.Ordinal) ?? false);
        Assert.Equal("stop;\r\n", await GetAsync("later"));
    }

    private static MailAccount Account(Credentials credentials) => new(credentials.Username, credentials, null!, null!, TimeProvider.System);

    private Task<T> AskAsync<T>(Func<SieveConnection, CancellationToken, Task<T>> ask) => _pool.AskAsync(_account.Credentials, ask, Cancelled);

    private Task<IReadOnlyList<ListedScript>> ListAsync() => AskAsync((connection, token) => connection.ListAsync(token));

    private async Task PutAsync(string name, string content) =>
        Assert.True((await AskAsync((connection, token) => connection.PutAsync(name, Encoding.UTF8.GetBytes(content), token))).IsOk);

    private async Task<string?> GetAsync(string name) =>
        await AskAsync((connection, token) => connection.GetAsync(name, token)) is { } content ? Encoding.UTF8.GetString(content) : null;
}
