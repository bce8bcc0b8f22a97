namespace Splice.Hooks;

/// <summary>Random values that a replay produces again; all derive from the request's captured seed (256 bits).</summary>
/// <remarks>Cryptographically strong towards anyone who does not know the seed; the seed is kept sealed in the journal.</remarks>
public interface IEntropy
{
    /// <summary>Fills the buffer with random bytes.</summary>
    void Fill(Span<byte> bytes);

    /// <summary>A random version 4 GUID (RFC 9562 §5.4).</summary>
    Guid NewGuid();
}
