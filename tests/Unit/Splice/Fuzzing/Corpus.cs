using System.Globalization;
using System.Text;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>An input that is worth keeping. What is sealed or authenticated on the wire is kept as it is before that, unless
/// the file's name ends with ".wire.hex".</summary>
internal sealed record CorpusEntry(string Name, byte[] Bytes, bool IsWire);

/// <summary>
/// The saved inputs of a parser, tests/Unit/Corpus/&lt;parser&gt;/*.hex: hexadecimal bytes, lines of text in quotation marks
/// (with \r, \n, \0, \" and \\), and lines that begin with # and say why the input is kept.
/// </summary>
internal static class Corpus
{
    private const string WireEnding = ".wire.hex";

    public static IReadOnlyList<CorpusEntry> Load(string parser) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", parser), "*.hex").Order(StringComparer.Ordinal)
            .Select(file => new CorpusEntry(Path.GetFileName(file), Read(file), file.EndsWith(WireEnding, StringComparison.Ordinal)))];

    private static byte[] Read(string file) =>
        [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => !line.StartsWith('#')).SelectMany(Bytes)];

    private static byte[] Bytes(string line) =>
        line.StartsWith('"') ? Text(line[1..line.LastIndexOf('"')]) : Convert.FromHexString(line.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Text(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            bytes.Add(text[at] != '\\' ? (byte)text[at] : text[++at] switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                '0' => (byte)0,
                'x' => byte.Parse(text.AsSpan((at += 2) - 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                var same => (byte)same,
            });
        }

        return [.. bytes];
    }
}
