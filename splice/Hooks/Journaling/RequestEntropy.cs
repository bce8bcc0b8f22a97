using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Splice.Hooks;

/// <summary>
/// A byte stream from the request's seed: block i is HMAC-SHA256(seed, i). One-way, so values shown to the client tell
/// nothing about others.
/// </summary>
internal sealed class RequestEntropy(ReadOnlyMemory<byte> seed) : IEntropy
{
    private const int BlockBytes = 32;
    private readonly byte[] _block = new byte[BlockBytes];
    private ulong _position;

    /// <summary>Bytes taken so far; a checkpoint remembers it.</summary>
    public ulong Position
    {
        get => _position;
        set
        {
            _position = value;
            if (value % BlockBytes != 0)
            {
                Produce(value / BlockBytes);
            }
        }
    }

    public void Fill(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var at = (int)(_position % BlockBytes);
            if (at == 0)
            {
                Produce(_position / BlockBytes);
            }

            var count = Math.Min(buffer.Length, BlockBytes - at);
            _block.AsSpan(at, count).CopyTo(buffer);
            _position += (ulong)count;
            buffer = buffer[count..];
        }
    }

    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private void Produce(ulong index)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(counter, index);
        HMACSHA256.HashData(seed.Span, counter, _block);
    }
}
