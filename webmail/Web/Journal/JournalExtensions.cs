using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Journal;

/// <summary>The request's journal and what is made from it.</summary>
internal static class JournalExtensions
{
    public static IJournal Journal(this HttpContext context) => context.RequestServices.GetRequiredService<IJournal>();

    public static MailAccount Account(this HttpContext context, Credentials credentials)
    {
        var journal = context.Journal();
        return new MailAccount(
            AccountId.Of(credentials.Username), credentials, new JournalChoices(journal), new JournalEffects(journal), journal.Time);
    }
}
