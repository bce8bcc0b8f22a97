using Webmail.Mail.Imap;
using Webmail.Web.Database;

namespace Webmail.Web.Answers;

/// <summary>What people read of an expected failure: what failed, what is safe, and what happens next.</summary>
internal static class FailureText
{
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var rest = failure switch
        {
            MailUnavailableException => " Nothing is lost: what was read lately and drafts are there, and the rest can be tried again when the server is back.",
            DatabaseUnavailableException => " What was saved is safe, and what you are writing stays in this browser; it can be tried again in a moment.",
            MailRefusedException => " Was it changed? Sign in again; nothing is lost.",
            MailNotFoundException => " It may have been moved or removed elsewhere; all else is as it was. Look at the list again.",
            MailCommandException => " All else is as it was; it can be tried again, or otherwise.",
            _ => "",
        };
        // What a mail server has said need not be a sentence.
        return rest.Length == 0 || failure.Message.EndsWith('.') ? failure.Message + rest : $"{failure.Message}.{rest}";
    }
}
