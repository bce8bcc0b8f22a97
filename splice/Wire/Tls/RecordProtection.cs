using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;

namespace Splice.Wire.Tls;

/// <summary>
/// One direction's record layer (RFC 8446 §5): seals or opens TLS records, one after the other. Not for two threads at once.
/// The caller answers for it that no sequence number of a generation is ever sealed with two contents.
/// </summary>
public sealed class RecordProtection : IDisposable
{
    public const int HeaderBytes = 5;
    public const int TagBytes = 16;
    public const int ContentBytesMax = 1 << 14;

    /// <summary>What a TLS record adds to its content: header, content type and tag.</summary>
    public const int OverheadBytes = HeaderBytes + 1 + TagBytes;

    /// <summary>Longest TLS record, padding included (RFC 8446 §5.2).</summary>
    public const int RecordBytesMax = HeaderBytes + ContentBytesMax + 256;

    /// <summary>Content of the alert that ends a direction in order: level warning, close_notify (RFC 8446 §6.1).</summary>
    public static ReadOnlyMemory<byte> CloseNotify { get; } = new byte[] { 1, (byte)TlsAlert.CloseNotify };

    private readonly TlsCipherSuite _suite;
    private byte[] _secret;
    private byte[] _iv;
    private AeadCipher _cipher;

    /// <param name="suite">A suite that <see cref="KeySchedule.Supports"/>.</param>
    /// <param name="secret">The traffic secret of generation 0.</param>
    /// <param name="generation">How many KeyUpdates are behind.</param>
    /// <param name="sequence">Sequence number of the next TLS record within the generation.</param>
    public RecordProtection(TlsCipherSuite suite, ReadOnlySpan<byte> secret, uint generation, ulong sequence)
    {
        _suite = suite;
        _secret = secret.ToArray();
        for (var i = 0; i < generation; i++)
        {
            _secret = KeySchedule.Next(suite, _secret);
        }

        Generation = generation;
        UseSecret();
        Sequence = sequence;
    }

    public uint Generation { get; private set; }

    public ulong Sequence { get; private set; }

    /// <summary>Bytes on the wire of a content that is cut into TLS records of full length.</summary>
    public static ulong WireBytes(ulong contentBytes) => contentBytes + OverheadBytes * Records(contentBytes);

    /// <summary>TLS records of full length that a content is cut into.</summary>
    public static ulong Records(ulong contentBytes) => (contentBytes + ContentBytesMax - 1) / ContentBytesMax;

    /// <summary>A KeyUpdate has passed.</summary>
    public void Update()
    {
        _secret = KeySchedule.Next(_suite, _secret);
        Generation++;
        UseSecret();
        Sequence = 0;
    }

    /// <summary>TLS records that were sealed before, by an earlier owner, and are not sealed again.</summary>
    public void Skip(ulong records) => Sequence += records;

    /// <summary>Seals one TLS record; returns its length, which is that of the content and the overhead.</summary>
    public int Seal(TlsContentType type, ReadOnlySpan<byte> content, Span<byte> record)
    {
        var length = Begin(content.Length, record);
        return End(type, _cipher.Update(content, record[HeaderBytes..]), length);
    }

    /// <inheritdoc cref="Seal(TlsContentType, ReadOnlySpan{byte}, Span{byte})"/>
    public int Seal(TlsContentType type, ReadOnlySequence<byte> content, Span<byte> record)
    {
        var length = Begin(content.Length, record);
        var rest = record[HeaderBytes..];
        foreach (var piece in content)
        {
            rest = _cipher.Update(piece.Span, rest);
        }

        return End(type, rest, length);
    }

    /// <summary>Opens one whole TLS record in place; returns its content, without padding, and what it is.</summary>
    /// <exception cref="TlsAlertException">It is none, too long, or not from the peer.</exception>
    public Span<byte> Open(Span<byte> record, out TlsContentType type)
    {
        var header = record[..HeaderBytes];
        var inner = record[HeaderBytes..^TagBytes];
        Span<byte> nonce = stackalloc byte[KeySchedule.IvBytes];
        TakeNonce(nonce);
        _cipher.Begin(nonce, header, seals: false);
        _cipher.Update(inner, inner);
        if (!_cipher.TryEndOpening(record[^TagBytes..]))
        {
            inner.Clear();
            throw new TlsAlertException(TlsAlert.BadRecordMac, $"TLS record {Sequence - 1} of generation {Generation} does not authenticate");
        }

        var end = inner.LastIndexOfAnyExcept((byte)0);
        if (end < 0)
        {
            throw new TlsAlertException(TlsAlert.UnexpectedMessage, "a TLS record of nothing but padding");
        }

        if (end > ContentBytesMax)
        {
            throw new TlsAlertException(TlsAlert.RecordOverflow, $"a TLS record with {end} bytes of content");
        }

        type = (TlsContentType)inner[end];
        return inner[..end];
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private int Begin(long contentBytes, Span<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contentBytes, ContentBytesMax);
        var length = (int)contentBytes + OverheadBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(record.Length, length);
        var header = record[..HeaderBytes];
        header[0] = (byte)TlsContentType.ApplicationData;
        header[1] = 3;
        header[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(header[3..], (ushort)(length - HeaderBytes));
        Span<byte> nonce = stackalloc byte[KeySchedule.IvBytes];
        TakeNonce(nonce);
        _cipher.Begin(nonce, header, seals: true);
        return length;
    }

    /// <summary>The content type is the last that is encrypted (RFC 8446 §5.2); the tag follows.</summary>
    private int End(TlsContentType type, Span<byte> rest, int length)
    {
        var tag = _cipher.Update([(byte)type], rest)[..TagBytes];
        _cipher.EndSealing(tag);
        return length;
    }

    [MemberNotNull(nameof(_cipher), nameof(_iv))]
    private void UseSecret()
    {
        var key = KeySchedule.Key(_suite, _secret);
        _iv = KeySchedule.Iv(_suite, _secret);
        _cipher?.Dispose();
        _cipher = new AeadCipher(_suite, key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The nonce of the next sequence number, which is used up (RFC 8446 §5.3).</summary>
    private void TakeNonce(Span<byte> nonce)
    {
        Span<byte> sequence = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(sequence, Sequence++);
        _iv.CopyTo(nonce);
        for (var i = 0; i < sequence.Length; i++)
        {
            nonce[KeySchedule.IvBytes - sequence.Length + i] ^= sequence[i];
        }
    }
}
