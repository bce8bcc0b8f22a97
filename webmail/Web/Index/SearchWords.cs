namespace Webmail.Web.Index;

/// <summary>The words and quoted phrases of a search text, all of which must be found (RFC 8621 §4.4.1).</summary>
internal static class SearchWords
{
    private const int WordsMax = 20;

    public static string[] Of(string text)
    {
        var words = new List<string>();
        var rest = text.AsSpan().Trim();
        while (!rest.IsEmpty && words.Count < WordsMax)
        {
            var quote = rest[0] is '"' or '\'' && rest[1..].IndexOf(rest[0]) > 0 ? rest[0] : ' ';
            if (quote != ' ')
            {
                rest = rest[1..];
            }

            var end = quote == ' ' ? rest.IndexOfAny(" \t\r\n") : rest.IndexOf(quote);
            end = end < 0 ? rest.Length : end;
            words.Add(rest[..end].ToString().Replace("\\", "", StringComparison.Ordinal));
            rest = rest[Math.Min(end + 1, rest.Length)..].TrimStart();
        }

        return [.. words.Where(word => word.Length > 0)];
    }
}
