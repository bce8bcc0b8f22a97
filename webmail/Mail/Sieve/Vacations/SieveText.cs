using System.Text;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>The only place that writes text from outside into a script (RFC 5228 §2.4.2).</summary>
internal static class SieveText
{
    /// <summary>
    /// A quoted string that holds the text and that nothing in the text can end. Line breaks become those of Sieve; NUL, which
    /// no script may hold, is left out. Our scripts require neither "variables" nor "encoded-character", so nothing else means anything.
    /// </summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 16).Append('"');
        foreach (var one in text.ReplaceLineEndings("\r\n"))
        {
            _ = one switch
            {
                '\0' => quoted,
                '"' or '\\' => quoted.Append('\\').Append(one),
                _ => quoted.Append(one),
            };
        }

        return quoted.Append('"').ToString();
    }

    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";
}
