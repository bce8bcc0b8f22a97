using System.Security.Cryptography;
using Splice.Hooks;
using Webmail.Mail.Seams;
using Webmail.Web.Sessions;

namespace Tests.Unit.Webmail;

public sealed class SessionSealTests
{
    private static readonly RandomEntropy Entropy = new();

    [Fact]
    public void Open_WithTheCookie_GivesTheCredentials()
    {
        var key = SessionKey.New(Entropy);
        var row = CredentialSeal.Seal(key, new Credentials("alice@example.test", "secret"), Entropy);

        Assert.True(SessionKey.TryParse(key.ToText(), out var parsed));
        Assert.Equal(key.RowId(), parsed.RowId());
        Assert.Equal(new Credentials("alice@example.test", "secret"), CredentialSeal.Open(parsed, row));
    }

    [Fact]
    public void Open_WithAnotherCookieOrChangedRow_GivesNothing()
    {
        var key = SessionKey.New(Entropy);
        var row = CredentialSeal.Seal(key, new Credentials("alice@example.test", "secret"), Entropy);

        Assert.Null(CredentialSeal.Open(SessionKey.New(Entropy), row));
        row[^1] ^= 1;
        Assert.Null(CredentialSeal.Open(key, row));
        Assert.Null(CredentialSeal.Open(key, []));
    }

    private sealed class RandomEntropy : IEntropy
    {
        public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);

        public Guid NewGuid() => Guid.NewGuid();
    }
}
