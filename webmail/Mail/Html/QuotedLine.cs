using System.Text;

namespace Webmail.Mail.Html;

/// <summary>A line of plain text without its quote marks.</summary>
/// <param name="Depth">How many quote marks stood before it.</param>
/// <param name="Text">The rest.</param>
internal sealed record QuotedLine(int Depth, string Text)
{
    private const string SignatureMark = "-- ";

    /// <summary>Takes text apart as people write it: blanks may stand between the marks.</summary>
    public static IEnumerable<QuotedLine> Of(string text) => text.Split('\n').Select(line =>
    {
        var (depth, at) = (0, 0);
        for (var next = 0; next < line.Length && line[next] is '>' or ' ' && next - at < 2; next++)
        {
            (depth, at) = line[next] == '>' ? (depth + 1, next + 1) : (depth, at);
        }

        return new QuotedLine(depth, depth > 0 && at < line.Length && line[at] == ' ' ? line[(at + 1)..] : line[at..]);
    });

    /// <summary>Joins the lines that flow into the next one (RFC 3676 §4.1).</summary>
    /// <param name="text">Lines that end with a line feed.</param>
    /// <param name="deletesSpace">Whether the blank at a flowing line's end goes (DelSp=yes).</param>
    public static IEnumerable<QuotedLine> OfFlowed(string text, bool deletesSpace)
    {
        var paragraph = new StringBuilder();
        var paragraphDepth = 0;
        var flows = false;
        foreach (var line in text.Split('\n'))
        {
            var depth = line.AsSpan().IndexOfAnyExcept('>') is >= 0 and var marks ? marks : line.Length;
            var content = line[depth..] is [' ', .. var stuffed] ? stuffed : line[depth..];
            // Another depth ends a paragraph, and so does the mark of a signature, whose blank does not flow (§4.3, §4.5).
            if (flows && (depth != paragraphDepth || content == SignatureMark))
            {
                yield return new QuotedLine(paragraphDepth, paragraph.ToString());
                paragraph.Clear();
            }

            paragraphDepth = depth;
            flows = content.EndsWith(' ') && content != SignatureMark;
            paragraph.Append(flows && deletesSpace ? content[..^1] : content);
            if (!flows)
            {
                yield return new QuotedLine(depth, paragraph.ToString());
                paragraph.Clear();
            }
        }

        if (flows)
        {
            yield return new QuotedLine(paragraphDepth, paragraph.ToString());
        }
    }
}
