using System.Text.RegularExpressions;

namespace Webmail.Mail.Imap;

/// <summary>The mail server lets nobody sign in just now, or not once more: that says nothing of the password.</summary>
internal sealed partial class SignInPutOffException(string reason) : Exception(reason)
{
    /// <summary>By the response code (RFC 5530 §3), which MailKit does not tell, or by the words of those that give none.</summary>
    public static bool IsMeantBy(IReadOnlyList<string> words) => words is [.., var last] && PutOff().IsMatch(last);

    [GeneratedRegex(@"^\S+ (NO|BAD) (\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CORRUPTION)\b|.*\btoo many\b.*\bconnections\b|.*\btemporar(y|ily)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PutOff();
}
