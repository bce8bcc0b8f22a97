using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Splice.Wire.Tls;

namespace Splice.Daemon.Tls;

/// <summary>Reads exactly one TLS record at a time: what follows the handshake stays in the socket.</summary>
internal sealed class HandshakeRecordReader(Socket client, int bytesMax) : IDisposable
{
    private const byte VersionMajor = 3;
    private readonly byte[] _record = ArrayPool<byte>.Shared.Rent(RecordProtection.RecordBytesMax);

    /// <summary>Bytes of all TLS records so far.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>Why the last read brought none.</summary>
    public HandshakeFailure Failure { get; private set; }

    /// <summary>The next TLS record, good until the next call; empty if there is none, see <see cref="Failure"/>.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(0, RecordProtection.HeaderBytes, cancellationToken))
        {
            return Fail(HandshakeFailure.Closed);
        }

        // "GET /" is not a TLS record of 8 KiB to wait for.
        var length = RecordProtection.HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
        var type = (TlsContentType)_record[0];
        if (type is < TlsContentType.ChangeCipherSpec or > TlsContentType.ApplicationData || _record[1] != VersionMajor
            || length is RecordProtection.HeaderBytes or > RecordProtection.RecordBytesMax)
        {
            return Fail(HandshakeFailure.NotTls);
        }

        TotalBytes += length;
        if (TotalBytes > bytesMax)
        {
            return Fail(HandshakeFailure.TooLong);
        }

        return await FillAsync(RecordProtection.HeaderBytes, length, cancellationToken)
            ? _record.AsMemory(0, length)
            : Fail(HandshakeFailure.Closed);
    }

    /// <summary>What it gave is gone.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_record);

    private async ValueTask<bool> FillAsync(int start, int end, CancellationToken cancellationToken)
    {
        while (start < end)
        {
            var read = await client.ReceiveAsync(_record.AsMemory(start, end - start), SocketFlags.None, cancellationToken);
            if (read == 0)
            {
                return false;
            }

            start += read;
        }

        return true;
    }

    private ReadOnlyMemory<byte> Fail(HandshakeFailure failure)
    {
        Failure = failure;
        return default;
    }
}
