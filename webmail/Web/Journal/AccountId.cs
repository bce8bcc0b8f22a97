using System.Security.Cryptography;
using System.Text;

namespace Webmail.Web.Journal;

/// <summary>The JMAP id of a user's one account: the same on every backend, and no address in URLs and logs.</summary>
internal static class AccountId
{
    private const int Characters = 24;

    public static string Of(string username) =>
        "a" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(username)))[..Characters];
}
