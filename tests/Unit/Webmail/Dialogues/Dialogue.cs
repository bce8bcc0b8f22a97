using System.Text;
using System.Text.RegularExpressions;

namespace Tests.Unit.Webmail.Dialogues;

/// <summary>
/// What an IMAP server says, and what is to become of it; a file of tests/Unit/Corpus/Dialogues, in UTF-8:
/// <code>
/// #  which server it is, and what is odd about it
/// M: the mailbox that is read; INBOX if absent
/// D: UIDs of messages whose source is downloaded; none if absent
/// C: a command without its tag, an asterisk stands for anything; before the first one stands the greeting
/// S: a line of its answer; a $ at its beginning, or of an ESEARCH, is the command's tag, and {=} stands for the length of the literal that follows
/// L: a line of that literal, which the next S: goes on after
/// X: the connection is cut
/// =  a line of what is seen of it
/// </code>
/// A command that is there several times is answered in turn, then always as the last time; one that is there as it is, before what it matches.
/// </summary>
internal sealed class Dialogue
{
    private readonly List<Exchange> _exchanges = [];
    private readonly List<string> _unanswered = [];

    private Dialogue(string mailbox, IReadOnlyList<uint> downloads, byte[] greeting, IReadOnlyList<string> expected) =>
        (Mailbox, Downloads, Greeting, Expected) = (mailbox, downloads, greeting, expected);

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Corpus", "Dialogues");

    public string Mailbox { get; }

    public IReadOnlyList<uint> Downloads { get; }

    public byte[] Greeting { get; }

    public IReadOnlyList<string> Expected { get; }

    /// <summary>Commands that the file does not have.</summary>
    public IReadOnlyList<string> Unanswered => _unanswered;

    public static Dialogue Load(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, file));
        var blocks = new List<(string Command, List<string> Lines)> { ("", []) };
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] is 'C' or 'S' or 'L' or 'X'))
        {
            if (line[0] == 'C')
            {
                blocks.Add((line[3..], []));
            }
            else
            {
                blocks[^1].Lines.Add(line);
            }
        }

        var dialogue = new Dialogue(
            Option("M: ") ?? "INBOX",
            [.. (Option("D: ") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse)],
            Encoding.UTF8.GetBytes(Text(blocks[0].Lines)),
            [.. lines.Where(line => line.StartsWith('=')).Select(line => line[1..].Trim())]);
        dialogue._exchanges.AddRange(blocks.Skip(1).Select(block => new Exchange(
            block.Command,
            new Regex($"^{Regex.Escape(block.Command).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking),
            Text(block.Lines),
            block.Lines.Exists(line => line[0] == 'X'))));
        return dialogue;

        string? Option(string mark) => lines.FirstOrDefault(line => line.StartsWith(mark, StringComparison.Ordinal))?[mark.Length..];
    }

    /// <summary>What the server says, and whether it cuts the connection then.</summary>
    public (byte[] Answer, bool Cuts) Answer(string tag, string command)
    {
        lock (_exchanges)
        {
            var known = _exchanges.FindAll(exchange => string.Equals(exchange.Command, command, StringComparison.OrdinalIgnoreCase));
            known = known.Count > 0 ? known : _exchanges.FindAll(exchange => exchange.Pattern.IsMatch(command));
            if (known.Count == 0)
            {
                _unanswered.Add(command);
                return (Encoding.ASCII.GetBytes($"{tag} BAD not in this dialogue: {command}\r\n"), false);
            }

            var next = known.Find(exchange => !exchange.IsUsed) ?? known[^1];
            next.IsUsed = true;
            return (Encoding.UTF8.GetBytes(Regex.Replace(next.Text, @"^\$|(?<=TAG "")\$", tag, RegexOptions.Multiline)), next.Cuts);
        }
    }

    private static string Text(List<string> lines)
    {
        var text = new StringBuilder();
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index].Length > 3 ? lines[index][3..] : "";
            if (lines[index][0] == 'S' && line.EndsWith("{=}", StringComparison.Ordinal))
            {
                var literal = string.Concat(lines.Skip(index + 1).TakeWhile(next => next[0] == 'L').Select(next => $"{(next.Length > 3 ? next[3..] : "")}\r\n"));
                text.Append(line[..^2]).Append(Encoding.UTF8.GetByteCount(literal)).Append("}\r\n").Append(literal);
            }
            else if (lines[index][0] == 'S')
            {
                text.Append(line).Append("\r\n");
            }
        }

        return text.ToString();
    }

    private sealed record Exchange(string Command, Regex Pattern, string Text, bool Cuts)
    {
        public bool IsUsed { get; set; }
    }
}
