using System.Security.Cryptography;
using System.Text;
using OtpNet;
using Splice.Hooks;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>Codes for whoever has lost the device; each is good once.</summary>
internal static class RecoveryCodes
{
    private const int Count = 10;
    private const int CodeBytes = 10;
    private const int GroupCharacters = 4;

    /// <summary>New ones, as people write them down: four groups of four letters and digits.</summary>
    public static string[] New(IEntropy entropy)
    {
        var codes = new string[Count];
        for (var index = 0; index < Count; index++)
        {
            var bytes = new byte[CodeBytes];
            entropy.Fill(bytes);
            codes[index] = string.Join('-', Base32Encoding.ToString(bytes).ToLowerInvariant().Chunk(GroupCharacters).Select(group => new string(group)));
        }

        return codes;
    }

    /// <summary>Under which it is kept. A code has 80 random bits, which nobody tries out: a slow hash would add nothing.</summary>
    public static byte[] Hash(string account, string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"recovery code\0{account}\0{Plain(code)}"));

    private static string Plain(string code) => string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
