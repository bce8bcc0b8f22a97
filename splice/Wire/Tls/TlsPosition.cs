namespace Splice.Wire.Tls;

/// <summary>
/// Where a request begins in a TLS connection, beside its offsets on the wire: those name the beginnings of TLS records.
/// </summary>
/// <param name="InputGeneration">KeyUpdates of the client before it.</param>
/// <param name="InputSequence">Sequence number of the TLS record at the input offset.</param>
/// <param name="InputSkipBytes">Content of that TLS record that belongs to the request before.</param>
/// <param name="OutputGeneration">Our KeyUpdates before it.</param>
/// <param name="OutputSequence">Sequence number of the TLS record at the output offset.</param>
/// <param name="OutputContentOffset">Content sent before it: the journal counts in it.</param>
public readonly record struct TlsPosition(
    uint InputGeneration, ulong InputSequence, uint InputSkipBytes, uint OutputGeneration, ulong OutputSequence, ulong OutputContentOffset)
{
    public const int LengthBytes = 4 + 8 + 4 + 4 + 8 + 8;

    public byte[] Encode()
    {
        var bytes = new byte[LengthBytes];
        var writer = new SpanWriter(bytes);
        writer.U32(InputGeneration);
        writer.U64(InputSequence);
        writer.U32(InputSkipBytes);
        writer.U32(OutputGeneration);
        writer.U64(OutputSequence);
        writer.U64(OutputContentOffset);
        return bytes;
    }

    /// <summary>Null if these are not the bytes of a position.</summary>
    public static TlsPosition? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != LengthBytes)
        {
            return null;
        }

        var reader = new SpanReader(bytes);
        return new TlsPosition(reader.U32(), reader.U64(), reader.U32(), reader.U32(), reader.U64(), reader.U64());
    }
}
