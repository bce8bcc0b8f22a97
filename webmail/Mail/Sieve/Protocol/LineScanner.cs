namespace Webmail.Mail.Sieve.Protocol;

/// <summary>Cuts one line of a response into its words (RFC 5804 §4). No word is believed to be longer than the bytes that are there.</summary>
internal ref struct LineScanner(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _literalBytes;
    private bool _separated = true;

    /// <summary>Of the line, once it is whole.</summary>
    public int Position { get; private set; }

    public SieveParse Scan(List<SieveToken> tokens)
    {
        while (true)
        {
            var result = Next(tokens, out var ended);
            if (result == SieveParse.Ok && (tokens.Count > SieveLimits.TokensMax || Position - _literalBytes > SieveLimits.LineBytesMax))
            {
                return SieveParse.Invalid;
            }

            if (result == SieveParse.NotEnough && _bytes.Length - _literalBytes > SieveLimits.LineBytesMax)
            {
                return SieveParse.Invalid;
            }

            if (result != SieveParse.Ok || ended)
            {
                return result;
            }
        }
    }

    private SieveParse Next(List<SieveToken> tokens, out bool ended)
    {
        ended = false;
        if (Position == _bytes.Length)
        {
            return SieveParse.NotEnough;
        }

        switch (_bytes[Position])
        {
            case (byte)' ':
                Position++;
                _separated = true;
                return SieveParse.Ok;
            case (byte)'\r':
                ended = true;
                return LineEnd(Position);
            case (byte)'(':
                _separated = true;
                return Single(tokens, SieveTokenKind.Open);
            case (byte)')':
                return Single(tokens, SieveTokenKind.Close);
            default:
                return Word(tokens);
        }
    }

    private SieveParse Word(List<SieveToken> tokens)
    {
        // A literal of a wrong length is noticed here, before its rest is taken for words.
        if (!_separated)
        {
            return SieveParse.Invalid;
        }

        _separated = false;
        return _bytes[Position] switch
        {
            (byte)'"' => Quoted(tokens),
            (byte)'{' => Literal(tokens),
            _ => Atom(tokens),
        };
    }

    private SieveParse Single(List<SieveToken> tokens, SieveTokenKind kind)
    {
        tokens.Add(new SieveToken(kind, []));
        Position++;
        return SieveParse.Ok;
    }

    private SieveParse Atom(List<SieveToken> tokens)
    {
        var rest = _bytes[Position..];
        var length = rest.IndexOfAny(" \r()"u8);
        var atom = length < 0 ? rest : rest[..length];
        if (atom.ContainsAnyExceptInRange((byte)'!', (byte)'~') || atom.ContainsAny("\"{\\"u8))
        {
            return SieveParse.Invalid;
        }

        if (length < 0)
        {
            return SieveParse.NotEnough;
        }

        tokens.Add(new SieveToken(SieveTokenKind.Atom, atom.ToArray()));
        Position += length;
        return SieveParse.Ok;
    }

    private SieveParse Quoted(List<SieveToken> tokens)
    {
        var text = new List<byte>();
        for (var at = Position + 1; at < _bytes.Length; at++)
        {
            switch (_bytes[at])
            {
                case (byte)'"':
                    tokens.Add(new SieveToken(SieveTokenKind.String, [.. text]));
                    Position = at + 1;
                    return SieveParse.Ok;
                case 0 or (byte)'\r' or (byte)'\n':
                    return SieveParse.Invalid;
                case (byte)'\\' when ++at == _bytes.Length:
                    return SieveParse.NotEnough;
                case (byte)'\\' when _bytes[at] is not ((byte)'"' or (byte)'\\'):
                    return SieveParse.Invalid;
                default:
                    text.Add(_bytes[at]);
                    break;
            }
        }

        return SieveParse.NotEnough;
    }

    private SieveParse Literal(List<SieveToken> tokens)
    {
        var at = Position + 1;
        var length = 0;
        for (; at < _bytes.Length && char.IsAsciiDigit((char)_bytes[at]); at++)
        {
            length = length * 10 + (_bytes[at] - '0');
            if (_literalBytes + length > SieveLimits.LiteralBytesMax)
            {
                return SieveParse.Invalid;
            }
        }

        var digits = at - Position - 1;
        // Servers need no plus sign, and some send it.
        at += at < _bytes.Length && _bytes[at] == (byte)'+' ? 1 : 0;
        if (at == _bytes.Length)
        {
            return SieveParse.NotEnough;
        }

        if (digits == 0 || _bytes[at] != (byte)'}')
        {
            return SieveParse.Invalid;
        }

        var before = Position;
        var result = LineEnd(at + 1);
        if (result != SieveParse.Ok)
        {
            Position = before;
            return result;
        }

        if (_bytes.Length - Position < length)
        {
            // What has come of it is not a part of the line's own length.
            _literalBytes += _bytes.Length - Position;
            return SieveParse.NotEnough;
        }

        tokens.Add(new SieveToken(SieveTokenKind.String, _bytes.Slice(Position, length).ToArray()));
        Position += length;
        _literalBytes += length;
        return SieveParse.Ok;
    }

    private SieveParse LineEnd(int at)
    {
        if (at == _bytes.Length || (_bytes[at] == (byte)'\r' && at + 1 == _bytes.Length))
        {
            return SieveParse.NotEnough;
        }

        Position = at + 2;
        return _bytes[at] == (byte)'\r' && _bytes[at + 1] == (byte)'\n' ? SieveParse.Ok : SieveParse.Invalid;
    }
}
