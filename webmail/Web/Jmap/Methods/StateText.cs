using System.Security.Cryptography;
using System.Text;

namespace Webmail.Web.Jmap.Methods;

/// <summary>A state string from everything a state depends on.</summary>
internal static class StateText
{
    private const int Characters = 16;

    public static string Of(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..Characters];
}
