using Webmail.Mail.Ids;

namespace Tests.Unit.Webmail;

public sealed class IdTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(42, "1")]
    [InlineData(long.MaxValue, "2.1.10")]
    public void BlobId_WrittenAndParsed_IsTheSame(long key, string part)
    {
        var id = new BlobId(new EmailId(key, new MailboxId(3, "INBOX"), 4_000_000_000, 7), part);

        Assert.True(BlobId.TryParse(id.ToString(), out var parsedKey, out var parsedPart));
        Assert.Equal((key, part), (parsedKey, parsedPart));
        Assert.Matches("^[A-Za-z0-9_-]{1,255}$", id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("e0")]
    [InlineData("e01")]
    [InlineData("e-1")]
    [InlineData("e 1")]
    [InlineData("e1a")]
    [InlineData("e99999999999999999999")]
    [InlineData("m1")]
    public void EmailId_NotOurs_IsRefused(string text) => Assert.False(EmailId.TryKey(text, out _));

    [Theory]
    [InlineData("b1")]
    [InlineData("b1-m1")]
    [InlineData("b01-e1")]
    [InlineData("b1--e1")]
    [InlineData("bx-e1")]
    public void BlobId_NotOurs_IsRefused(string text) => Assert.False(BlobId.TryParse(text, out _, out _));
}
