using System.Buffers;

namespace Webmail.Mail.Blobs;

/// <summary>Some of a part as it lies on the mail server, in borrowed memory.</summary>
internal sealed class EncodedWindow(int bytes) : IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(bytes);

    public Memory<byte> Memory => _array.AsMemory(0, bytes);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_array);
        _array = [];
    }
}
