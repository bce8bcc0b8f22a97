using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>What the scripted server does in the other tests, as real servers do it.</summary>
public abstract class SubmissionServerTests<TServer>(PostgresServer postgres, DovecotServer dovecot, TServer server)
    : OutboxTest(postgres, dovecot), IClassFixture<TServer>
    where TServer : class, ISubmissionServer
{
    [Fact]
    public async Task Submit_TakenByTheServer_ArrivesWithoutBcc()
    {
        var id = await SubmitAsync(1);
        await UntilStateAsync(id, "filed");

        Assert.StartsWith("250 ", (string?)(await Backend.SubmissionAsync(Alice, id))["deliveryStatus"]!["secret@example.test"]!["smtpReply"], StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(server.Delivered().Count == 2), "bob and secret to have it");
        Assert.All(server.Delivered(), message => Assert.Contains("\n.with a dot", message, StringComparison.Ordinal));
        Assert.All(server.Delivered(), message => Assert.DoesNotContain("\nBcc:", message, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(1, "nobody@example.test", "550 ")]
    [InlineData(ISubmissionServer.SizeMax / 10, "bob@example.test", "552 ")]
    public async Task Submit_ToNobodyOrTooLarge_IsRefusedAndADraftAgain(int lines, string to, string reply)
    {
        var id = await SubmitAsync(lines, $$"""
            ,"envelope":{"mailFrom":{"email":"{{Alice.Username}}"},"rcptTo":[{"email":"{{to}}"}]}
            """);
        await UntilDoneAsync(id);

        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("refused", (string?)submission["outboxState"]);
        Assert.StartsWith(reply, (string?)submission["deliveryStatus"]![to]!["smtpReply"], StringComparison.Ordinal);
        Assert.Equal((1, 0), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }

    [Fact]
    public async Task Submit_WithAPasswordThatIsRefused_WaitsForTheNextSignIn()
    {
        var id = await SubmitAsync(1, password: "another");

        await UntilAsync(async () => (bool)(await Backend.SubmissionAsync(Alice, id))["needsSignIn"]!, "the password to be refused");

        Assert.Equal("held", (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"]);
    }

    private async Task<string> SubmitAsync(int lines, string more = "", string? password = null)
    {
        server.SetPassword(password ?? Alice.Password);
        await Another(server.Options).Executor.StartAsync(Cancelled);
        return await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice, lines), more);
    }
}

public sealed class SubmissionToPostfixTests(PostgresServer postgres, DovecotServer dovecot, PostfixServer server)
    : SubmissionServerTests<PostfixServer>(postgres, dovecot, server);

public sealed class SubmissionToEximTests(PostgresServer postgres, DovecotServer dovecot, EximServer server)
    : SubmissionServerTests<EximServer>(postgres, dovecot, server);
