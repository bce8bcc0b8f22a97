using System.Buffers;

namespace Splice.Hooks;

/// <summary>
/// The memory that Kestrel writes into. Kestrel cuts chunks by its length, and a replay must be cut the same, so it depends on
/// nothing but what was asked for and written since the last flush. It is never another connection's: Kestrel may still hold it.
/// Neither matters for a body that is not cut, of which Kestrel holds nothing: what is made again of that would be much garbage.
/// </summary>
internal sealed class OutputBuffer
{
    /// <summary>Enough for the head of an answer or an event.</summary>
    private const int FirstBytes = 4 * 1024;
    private const int LengthBytes = 32 * 1024;
    private byte[]? _first;
    private byte[]? _whole;
    private byte[]? _rented;
    private Memory<byte> _rest;
    private bool _isBegun;

    /// <summary>At least so much, the same again until something is taken.</summary>
    /// <param name="sizeHint">In bytes; 0 for any.</param>
    /// <param name="isUncut">It is for a body that is not cut.</param>
    public Memory<byte> GetMemory(int sizeHint, bool isUncut = false)
    {
        if (_rest.Length < Math.Max(sizeHint, 1))
        {
            _rest = sizeHint > LengthBytes ? new byte[sizeHint]
                : isUncut ? _rented ??= ArrayPool<byte>.Shared.Rent(LengthBytes)
                : _isBegun || sizeHint > FirstBytes ? _whole ??= GC.AllocateUninitializedArray<byte>(LengthBytes)
                : _first ??= GC.AllocateUninitializedArray<byte>(FirstBytes);
            _isBegun = true;
        }

        return _rest;
    }

    /// <summary>What was written into the memory last asked for; Kestrel may take twice of it.</summary>
    public ReadOnlySpan<byte> Take(int bytes)
    {
        var taken = _rest.Span[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }

    /// <summary>A flush: the next memory is as the first was. Nothing is kept: most connections wait for long until they have something to send.</summary>
    public void Reset()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        (_rest, _first, _whole, _rented, _isBegun) = (default, null, null, null, false);
    }
}
