using System.Text;

namespace Webmail.Mail.Sieve.Protocol;

/// <summary>Understands one line of a response (RFC 5804 §4). Without I/O and without exceptions.</summary>
internal static class LineParser
{
    /// <param name="bytes">What has come so far.</param>
    /// <param name="line">The first line with its literals, if it is whole.</param>
    /// <param name="lengthBytes">How many of the bytes it takes.</param>
    public static SieveParse TryParse(ReadOnlySpan<byte> bytes, out SieveLine line, out int lengthBytes)
    {
        var tokens = new List<SieveToken>();
        var scanner = new LineScanner(bytes);
        line = new SieveLine(tokens, null);
        var result = scanner.Scan(tokens);
        result = result == SieveParse.Ok ? Understand(tokens, ref line) : result;
        lengthBytes = result == SieveParse.Ok ? scanner.Position : 0;
        return result;
    }

    private static SieveParse Understand(List<SieveToken> tokens, ref SieveLine line)
    {
        if (tokens.Count > 0 && StatusOf(tokens[0]) is { } status)
        {
            return Answer(status, tokens, out line);
        }

        // Data begins with a string, and only answers have parentheses.
        return tokens is [{ Kind: SieveTokenKind.String }, ..] && tokens.TrueForAll(token => token.Kind is SieveTokenKind.String or SieveTokenKind.Atom)
            ? SieveParse.Ok
            : SieveParse.Invalid;
    }

    private static SieveParse Answer(SieveStatus status, List<SieveToken> tokens, out SieveLine line)
    {
        var (code, argument, text) = ("", "", "");
        var at = 1;
        var valid = at == tokens.Count || tokens[at].Kind != SieveTokenKind.Open || TryCode(tokens, ref at, out code, out argument);
        if (valid && at < tokens.Count && tokens[at].Kind == SieveTokenKind.String)
        {
            text = Encoding.UTF8.GetString(tokens[at++].Bytes);
        }

        line = new SieveLine([], new SieveAnswer(status, code, argument, text));
        return valid && at == tokens.Count ? SieveParse.Ok : SieveParse.Invalid;
    }

    private static bool TryCode(List<SieveToken> tokens, ref int at, out string code, out string argument)
    {
        (code, argument) = ("", "");
        if (++at == tokens.Count || tokens[at].Kind != SieveTokenKind.Atom)
        {
            return false;
        }

        code = Encoding.ASCII.GetString(tokens[at].Bytes).ToUpperInvariant();
        for (var depth = 1; ++at < tokens.Count;)
        {
            switch (tokens[at].Kind)
            {
                case SieveTokenKind.Open:
                    depth++;
                    break;
                case SieveTokenKind.Close when --depth == 0:
                    at++;
                    return true;
                case SieveTokenKind.String when argument.Length == 0:
                    argument = Encoding.UTF8.GetString(tokens[at].Bytes);
                    break;
            }
        }

        return false;
    }

    private static SieveStatus? StatusOf(SieveToken token) =>
        token.Kind != SieveTokenKind.Atom ? null
        : Ascii.EqualsIgnoreCase(token.Bytes, "OK"u8) ? SieveStatus.Ok
        : Ascii.EqualsIgnoreCase(token.Bytes, "NO"u8) ? SieveStatus.No
        : Ascii.EqualsIgnoreCase(token.Bytes, "BYE"u8) ? SieveStatus.Bye
        : null;
}
