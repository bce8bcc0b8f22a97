using Webmail.Mail.Ids;

namespace Tests.Unit.Webmail;

public sealed class IdTests
{
    [Theory]
    [InlineData("INBOX", "")]
    [InlineData("Archive/2026/Ä öü", "1")]
    [InlineData("日本", "2.1.10")]
    public void BlobId_WrittenAndParsed_IsTheSame(string mailbox, string part)
    {
        var id = new BlobId(new EmailId(new MailboxId(mailbox), 4_000_000_000, 7), part);

        Assert.True(BlobId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
        Assert.Matches("^[A-Za-z0-9_-]{1,255}$", id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("eAAAA")]
    [InlineData("mAA")]
    [InlineData("e!!!!")]
    [InlineData("u00")]
    public void EmailId_NotOurs_IsRefused(string text) => Assert.False(EmailId.TryParse(text, out _));

    [Fact]
    public void MailboxId_WithLineBreak_IsRefused() =>
        Assert.False(MailboxId.TryParse(new MailboxId("a\r\nb").ToString(), out _));

    [Fact]
    public void ThreadId_OfReply_IsThatOfTheFirstMessage()
    {
        var email = new EmailId(new MailboxId("INBOX"), 1, 2);
        var first = ThreadId.Of(email, "a@x", null, []);
        var reply = ThreadId.Of(email, "c@x", "b@x", ["a@x", "b@x"]);

        Assert.Equal(first.ToString(), reply.ToString());
    }
}
