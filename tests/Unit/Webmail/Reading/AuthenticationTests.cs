using Webmail.Mail.Authentication;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Reading;

public sealed class AuthenticationTests
{
    private static readonly AuthenticationReader Reader = new(["mx.example.test"]);

    [Fact]
    public void Read_TrustedServer_SaysEachMethodAndWhy()
    {
        var verdicts = Reader.Read(Fields("mx.example.test; dkim=pass header.d=Shop.test; spf=fail (not allowed) smtp.mailfrom=x@shop.test; dmarc=fail reason=\"policy\" header.from=shop.test; iprev=pass"));

        Assert.Equal(
        [
            new AuthenticationVerdict("dkim", "pass", null, "shop.test"),
            new AuthenticationVerdict("spf", "fail", "not allowed", "shop.test"),
            new AuthenticationVerdict("dmarc", "fail", "policy", "shop.test"),
        ], verdicts!);
    }

    [Theory]
    [InlineData("evil.test; dkim=pass")]
    [InlineData("mx.example.test.evil.test; dkim=pass")]
    [InlineData("(mx.example.test) evil.test; dkim=pass")]
    [InlineData("; dkim=pass")]
    [InlineData("")]
    [InlineData("\0\0;;;===")]
    public void Read_AnotherServer_SaysNothing(string field) => Assert.Null(Reader.Read(Fields(field)));

    [Fact]
    public void Read_SeveralOfATrustedServer_BelievesTheTopmostOnly() =>
        Assert.Equal("fail", Assert.Single(Reader.Read(Fields("evil.test; dkim=pass", "MX.example.test; spf=fail", "mx.example.test; dkim=pass"))!).Result);

    [Fact]
    public void Read_NobodyTrusted_SaysNothing() => Assert.Null(new AuthenticationReader([]).Read(Fields("mx.example.test; dkim=pass")));

    [Theory]
    [InlineData("Alice", "alice@shop.test", null, "")]
    [InlineData("Alice", "alice@shop.test", "news@mail.shop.test", "")]
    [InlineData("Alice", "alice@shop.test", "alice@evil.test", "replyToOtherDomain=alice@evil.test")]
    [InlineData("boss@own.test", "x@evil.test", null, "nameHoldsOtherAddress=boss@own.test")]
    [InlineData("X@evil.test", "x@evil.test", null, "")]
    [InlineData("Alice", "a@0wn.test", null, "lookAlikeDomain=0wn.test")]
    [InlineData("Alice", "a@оwn.test", null, "lookAlikeDomain=xn--wn-emc.test")]
    [InlineData("Alice", "a@bücher.test", null, "internationalDomain=xn--bcher-kva.test")]
    [InlineData("Alice", "a@sub.own.test", null, "")]
    public void Of_Sender_HintsAtWhatIsStrange(string name, string from, string? replyTo, string expected) =>
        Assert.Equal(expected, Hints([new EmailAddress(name, from)], replyTo is null ? [] : [new EmailAddress(null, replyTo)]));

    [Fact]
    public void Of_NoneOrSeveralSenders_SaysSo()
    {
        Assert.Equal("fromMissing=", Hints([], []));
        Assert.Equal("fromMultiple=b@own.test", Hints([new EmailAddress(null, "a@own.test"), new EmailAddress(null, "b@own.test")], []));
    }

    private static string Hints(EmailAddress[] from, EmailAddress[] replyTo) => string.Join(' ', SpoofHints.Of(
        new EmailEnvelope(null, "", from, [], [], [], replyTo, null, null, []), "own.test")
        .Select(hint => $"{hint.Type}={hint.Value}"));

    private static HeaderField[] Fields(params string[] values) => [.. values.Select(value => new HeaderField("Authentication-Results", " " + value))];
}
