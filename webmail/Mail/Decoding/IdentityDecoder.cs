using System.Buffers;

namespace Webmail.Mail.Decoding;

internal sealed class IdentityDecoder : ITransferDecoder
{
    public byte[] Remainder => [];

    public void Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> decoded) => decoded.Write(encoded);

    public void Finish(IBufferWriter<byte> decoded)
    {
    }
}
