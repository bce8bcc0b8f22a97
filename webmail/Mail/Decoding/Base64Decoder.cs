using System.Buffers;
using System.Buffers.Text;

namespace Webmail.Mail.Decoding;

/// <summary>Base64 as found in mail (RFC 2045 §6.8): foreign characters are skipped, padding ends a group.</summary>
internal sealed class Base64Decoder : ITransferDecoder
{
    private const int GroupCharacters = 4;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private readonly byte[] _group = new byte[GroupCharacters];
    private int _waiting;

    public Base64Decoder(ReadOnlySpan<byte> remainder)
    {
        remainder.CopyTo(_group);
        _waiting = remainder.Length;
    }

    public byte[] Remainder => _group[.._waiting];

    public void Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> decoded)
    {
        while (!encoded.IsEmpty)
        {
            var run = encoded.IndexOfAnyExcept(Alphabet);
            var characters = run < 0 ? encoded : encoded[..run];
            DecodeRun(characters, decoded);
            if (run < 0)
            {
                return;
            }

            if (encoded[run] == '=')
            {
                Finish(decoded);
            }

            encoded = encoded[(run + 1)..];
        }
    }

    public void Finish(IBufferWriter<byte> decoded)
    {
        // One character alone carries six bits, which is no byte.
        if (_waiting > 1)
        {
            var bytes = _waiting - 1;
            _group.AsSpan(_waiting).Fill((byte)'A');
            Write(_group, decoded, bytes);
        }

        _waiting = 0;
    }

    private void DecodeRun(ReadOnlySpan<byte> characters, IBufferWriter<byte> decoded)
    {
        if (_waiting > 0)
        {
            var taken = Math.Min(GroupCharacters - _waiting, characters.Length);
            characters[..taken].CopyTo(_group.AsSpan(_waiting));
            _waiting += taken;
            characters = characters[taken..];
            if (_waiting < GroupCharacters)
            {
                return;
            }

            Write(_group, decoded, GroupCharacters - 1);
            _waiting = 0;
        }

        var whole = characters.Length - (characters.Length % GroupCharacters);
        Write(characters[..whole], decoded, whole / GroupCharacters * (GroupCharacters - 1));
        characters[whole..].CopyTo(_group);
        _waiting = characters.Length - whole;
    }

    private static void Write(ReadOnlySpan<byte> groups, IBufferWriter<byte> decoded, int bytes)
    {
        if (groups.IsEmpty)
        {
            return;
        }

        var destination = decoded.GetSpan(groups.Length / GroupCharacters * (GroupCharacters - 1));
        Base64.DecodeFromUtf8(groups, destination, out _, out _);
        decoded.Advance(bytes);
    }
}
