using System.Runtime.InteropServices;

namespace Splice.Daemon.Tls;

/// <summary>
/// What every handshake has in common. TLS 1.3 only, with the suites of our record layer. No early data: it could be replayed. A
/// client that comes back resumes its session (RFC 8446 §2.2), at whichever proxy: that spares both the certificate.
/// </summary>
internal sealed unsafe class TlsContext : IDisposable
{
    private const string Suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private readonly SslContextHandle _handle;

    /// <param name="ticketKeys">See <see cref="TicketKeys"/>.</param>
    public TlsContext(byte[] ticketKeys)
    {
        // OpenSSL's own clean-up at exit frees what other threads still use.
        Check(LibSsl.Init(LibSsl.InitNoAtExit, 0), "OPENSSL_init_ssl");
        _handle = LibSsl.ContextNew(LibSsl.ServerMethod());
        Check(_handle.IsInvalid ? 0 : 1, "SSL_CTX_new");
        Check(LibSsl.ContextControl(_handle, LibSsl.ControlMinProtocol, LibSsl.Tls13, null), "the lowest version");
        Check(LibSsl.ContextControl(_handle, LibSsl.ControlMaxProtocol, LibSsl.Tls13, null), "the highest version");
        Check(LibSsl.ContextSetSuites(_handle, Suites), Suites);
        fixed (byte* groups = "X25519:P-256\0"u8)
        {
            Check(LibSsl.ContextControl(_handle, LibSsl.ControlGroupsList, 0, groups), "the groups");
        }

        // ChaCha20 is for machines without AES instructions; where a client puts it first, it is one.
        LibSsl.ContextSetOptions(_handle, LibSsl.OptionServerPreference | LibSsl.OptionPrioritizeChaCha);
        LibSsl.ContextControl(_handle, LibSsl.ControlSessionCacheMode, LibSsl.SessionCacheOff, null);
        // One after each handshake: so many a resumed one brings in any case.
        Check(LibSsl.ContextSetTickets(_handle, 1), "SSL_CTX_set_num_tickets");
        fixed (byte* keys = ticketKeys, name = "splice"u8)
        {
            Check(LibSsl.ContextControl(_handle, LibSsl.ControlTicketKeys, ticketKeys.Length, keys), "the ticket keys");
            Check(LibSsl.ContextSetSessionIdContext(_handle, name, 6), "SSL_CTX_set_session_id_context");
        }

        Check(LibSsl.ContextSetEarlyDataMax(_handle, 0), "SSL_CTX_set_max_early_data");
        LibSsl.ContextSetKeyLog(_handle, &TlsCallbacks.OnKeyLog);
        LibSsl.ContextSetCertificateChoice(_handle, &TlsCallbacks.OnCertificateChoice, 0);
        LibSsl.ContextSetAlpnChoice(_handle, &TlsCallbacks.OnAlpnChoice, 0);
    }

    public SslHandle NewConnection(GCHandle state)
    {
        var ssl = LibSsl.New(_handle);
        Check(ssl.IsInvalid ? 0 : 1, "SSL_new");
        Check(LibSsl.SetExtraData(ssl, TlsCallbacks.StateIndex, GCHandle.ToIntPtr(state)), "SSL_set_ex_data");
        return ssl;
    }

    public void Dispose() => _handle.Dispose();

    private static void Check(nint result, string call)
    {
        if (result != 1)
        {
            throw new OpenSslException(call);
        }
    }
}
