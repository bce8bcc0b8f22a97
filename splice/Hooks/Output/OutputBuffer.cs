namespace Splice.Hooks;

/// <summary>
/// The memory that Kestrel writes into. Kestrel cuts chunks by its length, and a replay must be cut the same, so it depends on
/// nothing but what was asked for and written since the last flush.
/// </summary>
internal sealed class OutputBuffer
{
    private const int LengthBytes = 32 * 1024;
    private readonly byte[] _whole = new byte[LengthBytes];
    private Memory<byte> _rest;

    /// <summary>At least so much, the same again until something is taken.</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        if (_rest.Length < Math.Max(sizeHint, 1))
        {
            _rest = sizeHint <= LengthBytes ? _whole : new byte[sizeHint];
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

    /// <summary>A flush: the next memory is whole.</summary>
    public void Reset() => _rest = default;
}
