using System.Buffers;
using System.Runtime.InteropServices;

namespace Webmail.Mail.Decoding;

/// <summary>
/// Uuencode as a content transfer encoding, which no RFC defines (<c>x-uuencode</c>). What does not begin with a first line is left as it is;
/// lines that are none of it, and what follows the last one, are passed over. Waits on a line.
/// </summary>
internal sealed class UuencodeDecoder : ITransferDecoder
{
    /// <summary>Of the first line with its file's name, and of what is blank before it.</summary>
    private const int FirstLineBytesMax = 500;

    /// <summary>No line has more to say: its length, 84 characters for 63 bytes, what some add, and a return.</summary>
    private const int LineBytesMax = 100;

    private readonly List<byte> _waiting;
    private State _state;

    public UuencodeDecoder(ReadOnlySpan<byte> remainder)
    {
        _state = remainder.IsEmpty ? State.First : (State)remainder[0];
        _waiting = remainder.IsEmpty ? [] : [.. remainder[1..]];
    }

    private enum State : byte
    {
        First,
        Data,
        Ended,
        Plain,
    }

    public byte[] Remainder => [(byte)_state, .. _waiting];

    public void Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> decoded)
    {
        for (var rest = encoded; !rest.IsEmpty;)
        {
            var line = rest[..(rest.IndexOf((byte)'\n') is >= 0 and var feed ? feed + 1 : rest.Length)];
            rest = rest[line.Length..];
            switch (_state)
            {
                case State.First:
                    Begin(line, decoded);
                    break;
                case State.Data:
                    Continue(line, decoded);
                    break;
                case State.Plain:
                    decoded.Write(line);
                    break;
                default:
                    return;
            }
        }
    }

    public void Finish(IBufferWriter<byte> decoded)
    {
        if (_state == State.First)
        {
            Leave(decoded);
        }
        else if (_waiting.Count > 0)
        {
            Continue("\n"u8, decoded);
        }
    }

    private void Begin(ReadOnlySpan<byte> line, IBufferWriter<byte> decoded)
    {
        _waiting.AddRange(line);
        var first = CollectionsMarshal.AsSpan(_waiting).Trim(" \t\r\n"u8);
        if (_waiting.Count <= FirstLineBytesMax && (line[^1] != '\n' || first.IsEmpty))
        {
            return;
        }

        if (_waiting.Count <= FirstLineBytesMax && UuencodedLine.NameAt(first) > 0)
        {
            _waiting.Clear();
            _state = State.Data;
            return;
        }

        Leave(decoded);
    }

    private void Leave(IBufferWriter<byte> decoded)
    {
        decoded.Write(CollectionsMarshal.AsSpan(_waiting));
        _waiting.Clear();
        _state = State.Plain;
    }

    private void Continue(ReadOnlySpan<byte> line, IBufferWriter<byte> decoded)
    {
        _waiting.AddRange(line[..Math.Min(line.Length, LineBytesMax - _waiting.Count)]);
        if (line[^1] != '\n')
        {
            return;
        }

        var whole = CollectionsMarshal.AsSpan(_waiting).TrimEnd("\r\n"u8);
        if (UuencodedLine.IsLast(whole))
        {
            _state = State.Ended;
        }
        else if (UuencodedLine.IsData(whole))
        {
            UuencodedLine.Decode(whole, decoded);
        }

        _waiting.Clear();
    }
}
