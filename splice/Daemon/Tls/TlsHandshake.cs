using System.Net.Security;
using System.Runtime.InteropServices;
using Splice.Wire.Tls;

namespace Splice.Daemon.Tls;

/// <summary>
/// One handshake over memory BIOs. It is fed one TLS record at a time, so that nothing that belongs to the application
/// stream can be inside OpenSSL when it is done.
/// </summary>
internal sealed unsafe class TlsHandshake : IDisposable
{
    // Reasons of openssl/sslerr.h; those of alerts that were received are 1000 and the alert's number.
    private const int ReasonNoApplicationProtocol = 235;
    private const int ReasonUnsupportedProtocol = 258;
    private const int ReasonAlertFirst = 1000;

    /// <summary>RFC 8446 §4.</summary>
    private const byte NewSessionTicket = 4;

    private readonly HandshakeState _state;
    private readonly SslHandle _ssl;
    private readonly nint _input = LibCrypto.BioNew(LibCrypto.BioMemory());
    private readonly nint _output = LibCrypto.BioNew(LibCrypto.BioMemory());
    private GCHandle _stateHandle;

    public TlsHandshake(TlsContext context, CertificateSet certificates)
    {
        _state = new HandshakeState(certificates);
        _stateHandle = GCHandle.Alloc(_state);
        _ssl = context.NewConnection(_stateHandle);
        LibSsl.SetBio(_ssl, _input, _output);
    }

    public HandshakeFailure Failure { get; private set; } = HandshakeFailure.Protocol;

    /// <summary>Why it failed, in OpenSSL's words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Takes one whole TLS record further.</summary>
    public HandshakeStep Advance(ReadOnlySpan<byte> record)
    {
        fixed (byte* bytes = record)
        {
            _ = LibCrypto.BioWrite(_input, bytes, record.Length);
        }

        LibCrypto.ClearErrors();
        var result = LibSsl.Accept(_ssl);
        if (_state.Bug is { } bug)
        {
            throw new InvalidOperationException("a callback of OpenSSL failed", bug);
        }

        if (result == 1)
        {
            return HandshakeStep.Done;
        }

        if (LibSsl.GetError(_ssl, result) == LibSsl.ErrorWantRead)
        {
            return HandshakeStep.More;
        }

        var (reason, text) = LibCrypto.TakeError();
        (Failure, Reason) = (FailureOf(reason), text);
        return HandshakeStep.Failed;
    }

    /// <summary>What the client is to be sent now.</summary>
    public byte[] TakeOutput()
    {
        var output = new byte[(int)LibCrypto.BioPending(_output)];
        fixed (byte* bytes = output)
        {
            _ = output.Length == 0 ? 0 : LibCrypto.BioRead(_output, bytes, output.Length);
        }

        return output;
    }

    /// <summary>What a finished handshake leaves.</summary>
    public TlsConnection Finish(int clientBytes)
    {
        var suite = (TlsCipherSuite)LibSsl.CipherId(LibSsl.CurrentCipher(_ssl));
        if (LibSsl.HasPending(_ssl) != 0 || LibCrypto.BioPending(_input) != 0)
        {
            throw new InvalidOperationException("OpenSSL holds bytes after the client's Finished");
        }

        var secrets = _state.Secrets(suite) ?? throw new InvalidOperationException($"OpenSSL did not tell both secrets of {suite}");
        // Of a session that is resumed OpenSSL does not ask which certificate to show.
        _state.ChooseCertificate(TlsCallbacks.ServerName(_ssl.DangerousGetHandle()));
        return new TlsConnection(secrets with { Ticket = TakeTicket(secrets) }, _state.ServerName, _state.Alpn, _state.Certificate, clientBytes);
    }

    /// <summary>
    /// OpenSSL has sealed it already, as the first TLS record of the application's stream. That is the backend's, which journals what it
    /// sends, so it gets the message and seals it anew. What OpenSSL has sealed goes nowhere: under its nonce nothing else is ever seen.
    /// </summary>
    private byte[] TakeTicket(TlsSecrets secrets)
    {
        var record = TakeOutput();
        if (record.Length == 0)
        {
            return [];
        }

        using var protection = new RecordProtection(secrets.Suite, secrets.Server.Span, 0, 0);
        var message = protection.Open(record, out var type);
        return type is TlsContentType.Handshake && message[0] == NewSessionTicket
            ? message.Length <= TlsSecretsSeal.TicketBytesMax ? message.ToArray() : []
            : throw new InvalidOperationException($"OpenSSL sends content of type {type} after the handshake");
    }

    public void Dispose()
    {
        // The BIOs belong to the SSL object. It goes before the handle of the state that its callbacks would look for.
        _ssl.Dispose();
        _stateHandle.Free();
    }

    private static HandshakeFailure FailureOf(int reason) => reason switch
    {
        ReasonUnsupportedProtocol => HandshakeFailure.Version,
        ReasonNoApplicationProtocol => HandshakeFailure.ApplicationProtocol,
        >= ReasonAlertFirst and <= ReasonAlertFirst + byte.MaxValue => HandshakeFailure.ClientAlert,
        _ => HandshakeFailure.Protocol,
    };
}
