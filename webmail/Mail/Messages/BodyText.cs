namespace Webmail.Mail.Messages;

/// <summary>A text part's content; the two flags are those of RFC 8621 §4.1.4 EmailBodyValue.</summary>
public sealed record BodyText(string Value, bool EncodingProblem, bool Truncated)
{
    /// <param name="content">Decoded from its transfer encoding.</param>
    /// <param name="charset">As the part names it, or null.</param>
    /// <param name="isCut">Whether there is more than <paramref name="content"/>.</param>
    public static BodyText Of(ReadOnlySpan<byte> content, string? charset, bool isCut)
    {
        var (text, problem) = CharsetText.Decode(content, charset);
        return new BodyText(text.ReplaceLineEndings("\n"), problem, isCut);
    }
}
