using System.Buffers;

namespace Webmail.Mail.Decoding;

/// <summary>Undoes a content transfer encoding (RFC 2045 §6) piece by piece; its whole memory is its remainder.</summary>
public interface ITransferDecoder
{
    /// <summary>Everything a new decoder needs to go on from here; at most <see cref="TransferDecoder.RemainderBytesMax"/>.</summary>
    byte[] Remainder { get; }

    /// <summary>Decodes as much as can be; what must wait for more input becomes the remainder.</summary>
    void Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> decoded);

    /// <summary>The input has ended: what waited is decoded as it stands.</summary>
    void Finish(IBufferWriter<byte> decoded);
}
