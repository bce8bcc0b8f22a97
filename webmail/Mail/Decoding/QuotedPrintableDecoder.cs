using System.Buffers;

namespace Webmail.Mail.Decoding;

/// <summary>Quoted-printable (RFC 2045 §6.7). Waits on a white-space run, which vanishes at a line's end, and on an escape.</summary>
internal sealed class QuotedPrintableDecoder : ITransferDecoder
{
    // A hostile run of blanks is not white space at a line's end; letting go of it keeps the remainder small.
    private const int WaitingBytesMax = 512;

    private readonly List<byte> _waiting;

    public QuotedPrintableDecoder(ReadOnlySpan<byte> remainder) => _waiting = [.. remainder];

    public byte[] Remainder => [.. _waiting];

    public void Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> decoded)
    {
        foreach (var next in encoded)
        {
            if (_waiting.Count == 0)
            {
                Begin(next, decoded);
            }
            else if (_waiting[0] == '=')
            {
                ContinueEscape(next, decoded);
            }
            else
            {
                ContinueBlanks(next, decoded);
            }
        }
    }

    public void Finish(IBufferWriter<byte> decoded)
    {
        var blanks = _waiting.TrueForAll(IsBlank);
        var softBreak = _waiting.Count > 0 && _waiting[0] == '=' && _waiting.Skip(1).All(IsBlankOrReturn);
        if (!blanks && !softBreak)
        {
            Release(decoded);
        }

        _waiting.Clear();
    }

    private void Begin(byte next, IBufferWriter<byte> decoded)
    {
        if (next == '=' || IsBlank(next))
        {
            _waiting.Add(next);
            return;
        }

        decoded.Write([next]);
    }

    private void ContinueBlanks(byte next, IBufferWriter<byte> decoded)
    {
        if (IsBlank(next) && _waiting.Count < WaitingBytesMax)
        {
            _waiting.Add(next);
            return;
        }

        if (next is (byte)'\r' or (byte)'\n')
        {
            _waiting.Clear();
        }

        Release(decoded);
        Begin(next, decoded);
    }

    private void ContinueEscape(byte next, IBufferWriter<byte> decoded)
    {
        var digits = _waiting.Count == 2 && char.IsAsciiHexDigit((char)_waiting[1]);
        if (digits && char.IsAsciiHexDigit((char)next))
        {
            decoded.Write([(byte)((Convert.FromHexString([(char)_waiting[1], (char)next]))[0])]);
            _waiting.Clear();
        }
        else if (!digits && next == '\n')
        {
            _waiting.Clear();
        }
        else if (!digits && _waiting.Count < WaitingBytesMax
            && (IsBlankOrReturn(next) || (_waiting.Count == 1 && char.IsAsciiHexDigit((char)next))))
        {
            _waiting.Add(next);
        }
        else
        {
            Release(decoded);
            Begin(next, decoded);
        }
    }

    private void Release(IBufferWriter<byte> decoded)
    {
        decoded.Write(_waiting.ToArray());
        _waiting.Clear();
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    private static bool IsBlankOrReturn(byte value) => IsBlank(value) || value == '\r';
}
