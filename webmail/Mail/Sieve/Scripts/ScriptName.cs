using System.Text;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Names that a script may have (RFC 5804 §1.6).</summary>
public static class ScriptName
{
    /// <summary>Of the scripts that the webmail itself writes.</summary>
    public static bool IsReserved(string name) => OwnScript.IsReserved(name);

    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= SieveLimits.NameBytesMax
            && !name.Any(one => char.IsControl(one) || one is '\u2028' or '\u2029')
            // Half a character cannot be sent as what it is.
            && !name.EnumerateRunes().Contains(Rune.ReplacementChar);
    }
}
