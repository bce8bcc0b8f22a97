using Webmail.Mail.Imap;
using Webmail.Web.Answers;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail;

public sealed class FailureTextTests
{
    public static TheoryData<Exception> Failures =>
    [
        new MailUnavailableException("The mail server does not answer (why)."),
        new DatabaseUnavailableException("The database does not answer (why)."),
        new MailRefusedException("The mail server refused the name."),
        new MailNotFoundException("The message is not there any longer."),
        new MailCommandException("The mail server refused: quota exceeded"),
    ];

    /// <summary>What failed, what is safe, and what happens next.</summary>
    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Of_ExpectedFailure_SaysMoreThanWhatFailed(Exception failure)
    {
        var text = FailureText.Of(failure);

        Assert.StartsWith(failure.Message.TrimEnd('.') + ". ", text, StringComparison.Ordinal);
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.Matches("lost|safe|as it was", text);
        Assert.Matches("again", text);
    }
}
