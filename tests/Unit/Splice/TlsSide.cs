using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

/// <summary>The client of a TLS flow, and its traffic secrets: seals requests, opens answers, on whatever leg they come.</summary>
internal sealed class TlsSide
{
    private readonly TlsSecrets _secrets;

    /// <param name="suite">Of its secrets.</param>
    /// <param name="ticket">What its first backend is to send first; it counts as received if it comes.</param>
    public TlsSide(TlsCipherSuite suite = TlsCipherSuite.TLS_AES_128_GCM_SHA256, byte[]? ticket = null)
    {
        var secretBytes = KeySchedule.SecretBytes(suite);
        _secrets = new TlsSecrets(suite, RandomNumberGenerator.GetBytes(secretBytes), RandomNumberGenerator.GetBytes(secretBytes), ticket);
        Client = new RecordProtection(suite, _secrets.Client.Span, 0, 0);
    }

    public FlowId Flow { get; } = FlowId.NewRandom();

    /// <summary>Seals what the client says.</summary>
    public RecordProtection Client { get; }

    public Task<ProxySide> BeginAsync(BackendHost host) => ConnectAsync(host, PreambleMode.New, 1, new RequestStart(1, 0, 0), 0);

    public Task<ProxySide> ConnectAsync(BackendHost host, PreambleMode mode, ulong fence, RequestStart start, ulong acked)
    {
        using var seal = new TlsSecretsSeal(StorePair.ClusterKey);
        var sealedTls = seal.Seal(Flow, mode is PreambleMode.New ? _secrets : _secrets with { Ticket = default });
        return ProxySide.ConnectAsync(host, Flow, mode, fence, start, acked, sealedTls: sealedTls);
    }

    public byte[] Seal(ReadOnlySpan<byte> content, TlsContentType type = TlsContentType.ApplicationData)
    {
        var record = new byte[content.Length + RecordProtection.OverheadBytes];
        Client.Seal(type, content, record);
        return record;
    }

    /// <summary>Reads until a whole response has come; returns what was on the wire. KeyUpdates count as they come.</summary>
    public async Task<byte[]> ReadResponseAsync(ProxySide leg, byte[]? before = null)
    {
        var wire = new List<byte>(before ?? []);
        var content = Open(before).Length;
        while (!ResponseLength.IsWhole([.. Open(wire.ToArray())[content..]]))
        {
            var more = await leg.ReadAsync(1);
            if (more.Length == 0)
            {
                break;
            }

            wire.AddRange(more);
        }

        return [.. wire[(before?.Length ?? 0)..]];
    }

    /// <summary>The content of the server's stream from its first byte on.</summary>
    public byte[] Open(ReadOnlyMemory<byte> wire) => Open(wire, out _);

    public byte[] Open(ReadOnlyMemory<byte> wire, out bool closed)
    {
        using var opener = new RecordOpener(new RecordProtection(_secrets.Suite, _secrets.Server.Span, 0, 0));
        var content = new ArrayBufferWriter<byte>();
        var rest = new ReadOnlySequence<byte>(AfterTicket(wire, opener.Protection));
        while (opener.TryOpen(rest, out var lengthBytes, out var opened))
        {
            content.Write(opened);
            rest = rest.Slice(lengthBytes);
        }

        closed = opener.IsClosed;
        return content.WrittenSpan.ToArray();
    }

    private ReadOnlyMemory<byte> AfterTicket(ReadOnlyMemory<byte> wire, RecordProtection protection)
    {
        var lengthBytes = _secrets.Ticket.Length + RecordProtection.OverheadBytes;
        if (_secrets.Ticket.IsEmpty || wire.Length < lengthBytes)
        {
            return _secrets.Ticket.IsEmpty ? wire : default;
        }

        var message = protection.Open(wire[..lengthBytes].ToArray(), out var type);
        Assert.Equal(TlsContentType.Handshake, type);
        Assert.Equal(_secrets.Ticket.ToArray(), message.ToArray());
        return wire[lengthBytes..];
    }

    public string Text(ReadOnlyMemory<byte> wire) => Encoding.UTF8.GetString(Open(wire));
}
