using MailKit;

namespace Webmail.Mail.Messages;

/// <summary>IMAP flags under their JMAP names (RFC 8621 §4.1.1).</summary>
public static class Keywords
{
    private static readonly (MessageFlags Flag, string Keyword)[] System =
    [
        (MessageFlags.Seen, "$seen"),
        (MessageFlags.Flagged, "$flagged"),
        (MessageFlags.Answered, "$answered"),
        (MessageFlags.Draft, "$draft"),
    ];

    public static string[] Of(MessageFlags flags, IEnumerable<string> keywords) =>
    [
        .. System.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Keyword)
            .Concat(keywords.Select(keyword => keyword.ToLowerInvariant()))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    public static (MessageFlags Flags, HashSet<string> Keywords) ToImap(IEnumerable<string> keywords)
    {
        var flags = MessageFlags.None;
        var others = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var keyword in keywords)
        {
            var known = Array.Find(System, pair => string.Equals(pair.Keyword, keyword, StringComparison.OrdinalIgnoreCase));
            flags |= known.Flag;
            if (known.Keyword is null)
            {
                others.Add(keyword);
            }
        }

        return (flags, others);
    }

    /// <summary>An IMAP atom (RFC 3501 §9): everything else must not reach a command line.</summary>
    public static bool IsValid(string keyword) =>
        keyword is { Length: > 0 and <= 64 } && keyword.All(character => char.IsAsciiLetterOrDigit(character) || character is '$' or '_' or '-' or '.');
}
