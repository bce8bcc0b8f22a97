using System.Text;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>
/// The extensions that a script requires. They stand before everything else (RFC 5228 §3.2), so no more of the language has to be
/// understood than comments and strings.
/// </summary>
internal ref struct Requirements(ReadOnlySpan<byte> script)
{
    private ReadOnlySpan<byte> _rest = script;

    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> script)
    {
        var reader = new Requirements(script);
        var found = new List<string>();
        while (reader.Command(found))
        {
        }

        return found;
    }

    private bool Command(List<string> found)
    {
        Skip();
        if (_rest.Length < 7 || !Ascii.EqualsIgnoreCase(_rest[..7], "require"u8))
        {
            return false;
        }

        _rest = _rest[7..];
        while (true)
        {
            Skip();
            switch (_rest)
            {
                case [(byte)';', ..]:
                    _rest = _rest[1..];
                    return true;
                case [(byte)'[' or (byte)']' or (byte)',', ..]:
                    _rest = _rest[1..];
                    break;
                case [(byte)'"', ..] when Quoted() is { } text:
                    found.Add(text);
                    break;
                default:
                    return false;
            }
        }
    }

    private string? Quoted()
    {
        var text = new List<byte>();
        for (var at = 1; at < _rest.Length; at++)
        {
            if (_rest[at] == (byte)'"')
            {
                _rest = _rest[(at + 1)..];
                return Encoding.UTF8.GetString([.. text]);
            }

            at += _rest[at] == (byte)'\\' && at + 1 < _rest.Length ? 1 : 0;
            text.Add(_rest[at]);
        }

        return null;
    }

    private readonly int After(ReadOnlySpan<byte> end)
    {
        // Behind the two bytes that begin the comment, or the one: "/*/" does not end itself.
        var begin = end.Length;
        var at = _rest[begin..].IndexOf(end);
        return at < 0 ? _rest.Length : begin + at + end.Length;
    }

    /// <summary>White space and comments (RFC 5228 §2.2, §2.3).</summary>
    private void Skip()
    {
        while (true)
        {
            _rest = _rest.TrimStart(" \t\r\n"u8);
            var end = _rest.StartsWith("#"u8) ? After("\n"u8) : _rest.StartsWith("/*"u8) ? After("*/"u8) : 0;
            if (end == 0)
            {
                return;
            }

            _rest = _rest[end..];
        }
    }
}
