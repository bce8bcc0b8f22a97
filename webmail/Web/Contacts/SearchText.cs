using System.Text;

namespace Webmail.Web.Contacts;

/// <summary>Takes apart what is searched for: words, and phrases in quotation marks (RFC 9610 §3.3.1).</summary>
internal static class SearchText
{
    /// <summary>In lower case; all must be found.</summary>
    public static IReadOnlyList<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] is '"' or '\'' && TryPhrase(text, at, out var phrase, out var after))
            {
                tokens.Add(phrase);
                at = after;
            }
            else
            {
                var start = at;
                while (at < text.Length && !char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                tokens.Add(text[start..at]);
            }
        }

        return [.. tokens.Where(token => token.Length > 0).Select(token => token.ToLowerInvariant()).Distinct()];
    }

    // An apostrophe without its like is only a letter.
    private static bool TryPhrase(string text, int start, out string phrase, out int after)
    {
        var inner = new StringBuilder();
        for (after = start + 1; after < text.Length; after++)
        {
            if (text[after] == text[start])
            {
                after++;
                phrase = inner.ToString();
                return true;
            }

            if (text[after] == '\\' && after + 1 < text.Length && text[after + 1] is '"' or '\'' or '\\')
            {
                after++;
            }

            inner.Append(text[after]);
        }

        phrase = "";
        return false;
    }
}
