using System.Text;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>Finds the vCards of a file (versions 2.1, 3.0, 4.0). One that is broken is reported and does not harm its neighbours.</summary>
internal static class VCardReader
{
    private const int LinesMax = 3000;
    private const int ValueCharactersMax = 2 * CardLimits.MediaBytesMax;

    public static IEnumerable<VCard> Read(ReadOnlyMemory<byte> file)
    {
        VCardBuilder? card = null;
        foreach (var raw in LineReader.Read(Utf8(file)))
        {
            if (IsMark(raw, "BEGIN"))
            {
                if (card is { EndsInAgent: true })
                {
                    card.Nested++;
                    continue;
                }

                if (card is not null)
                {
                    yield return card.Fail("has no END:VCARD");
                }

                card = new VCardBuilder(raw.Number);
            }
            else if (card is { Nested: > 0 })
            {
                // The card of an agent (vCard 2.1) is not ours to import.
                card.Nested -= IsMark(raw, "END") ? 1 : 0;
            }
            else if (IsMark(raw, "END"))
            {
                if (card is not null)
                {
                    yield return card.Build();
                }

                card = null;
            }
            else
            {
                card?.Add(raw);
            }
        }

        if (card is not null)
        {
            yield return card.Fail("has no END:VCARD");
        }
    }

    private static bool IsMark(RawLine line, string mark) =>
        line.Bytes.AsSpan().Trim().StartsWith(mark, StringComparison.OrdinalIgnoreCase)
        && line.Bytes.Replace(" ", "", StringComparison.Ordinal).Trim().Equals($"{mark}:VCARD", StringComparison.OrdinalIgnoreCase);

    // UTF-16 becomes UTF-8 first; every other charset is told, or guessed, line by line.
    private static ReadOnlyMemory<byte> Utf8(ReadOnlyMemory<byte> file) => file.Span switch
    {
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => Encoding.UTF8.GetBytes(TextFile.Decode(file.Span)),
        [0xef, 0xbb, 0xbf, ..] => file[3..],
        _ => file,
    };

    private sealed class VCardBuilder(int start)
    {
        private readonly List<VCardLine> _lines = [];
        private readonly StringBuilder _base64 = new();
        private string? _problem;

        public int Nested { get; set; }

        public bool EndsInAgent => _lines is [.., { Name: "AGENT", Value: "" }];

        public void Add(RawLine raw)
        {
            if (_lines.Count >= LinesMax || raw.Bytes.Length > ValueCharactersMax)
            {
                _problem ??= $"is too large at line {raw.Number}: at most {LinesMax} lines, each of {ValueCharactersMax} bytes";
            }
            else if (LineParser.Parse(raw) is { } line)
            {
                EndBase64();
                _lines.Add(line);
            }
            else if (_lines is [.., { IsBase64: true }] && _base64.Length + raw.Bytes.Length <= ValueCharactersMax)
            {
                // Some programs forget to indent what follows.
                _base64.Append(raw.Bytes.AsSpan().Trim());
            }
        }

        public VCard Build()
        {
            EndBase64();
            return new VCard(start, _lines.Find(line => line.Name == "VERSION")?.Value.Trim() ?? "", _lines, _problem ?? (_lines.Count == 0 ? "is empty" : null));
        }

        public VCard Fail(string problem) => new(start, "", [], problem);

        private void EndBase64()
        {
            if (_base64.Length > 0)
            {
                _lines[^1] = _lines[^1] with { Value = _lines[^1].Value + _base64 };
                _base64.Clear();
            }
        }
    }
}
