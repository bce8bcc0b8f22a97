using System.Buffers.Binary;
using System.IO.Hashing;

namespace Splice.Hooks;

/// <summary>
/// The running hash of a request's output, in links: each is the hash of the one before and of the bytes since, so it can
/// be continued from any mark.
/// </summary>
internal sealed class OutputChain
{
    private readonly XxHash128 _link = new();
    private UInt128 _hash;

    public long LinkBytes { get; private set; }

    public UInt128 Hash => _hash;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _link.Append(bytes);
        LinkBytes += bytes.Length;
    }

    /// <summary>Ends the link here.</summary>
    public UInt128 Close()
    {
        ContinueFrom(_link.GetCurrentHashAsUInt128());
        return _hash;
    }

    /// <summary>Zero at the start of a request.</summary>
    public void ContinueFrom(UInt128 hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        _hash = hash;
        _link.Reset();
        _link.Append(bytes);
        LinkBytes = 0;
    }
}
