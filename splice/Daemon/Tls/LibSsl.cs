using System.Runtime.InteropServices;

namespace Splice.Daemon.Tls;

/// <summary>The part of OpenSSL 3's libssl that a handshake needs. Constants are those of openssl/ssl.h and openssl/tls1.h.</summary>
internal static unsafe partial class LibSsl
{
    private const string Library = "libssl.so.3";

    public const nint Tls13 = 0x0304;
    public const int ControlSessionCacheMode = 44;
    public const int ControlTicketKeys = 59;
    public const int ControlGroupsList = 92;
    public const int ControlMinProtocol = 123;
    public const int ControlMaxProtocol = 124;
    public const nint SessionCacheOff = 0;
    public const ulong OptionServerPreference = 1UL << 22;
    public const ulong OptionPrioritizeChaCha = 1UL << 21;
    public const ulong InitNoAtExit = 0x00080000;
    public const int NameTypeHost = 0;
    public const int AlpnOk = 0;
    public const int AlpnAlert = 2;
    public const int ErrorWantRead = 2;

    [LibraryImport(Library, EntryPoint = "OPENSSL_init_ssl")]
    public static partial int Init(ulong options, nint settings);

    [LibraryImport(Library, EntryPoint = "TLS_server_method")]
    public static partial nint ServerMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    public static partial SslContextHandle ContextNew(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ContextControl(SslContextHandle context, int command, nint number, byte* text);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong ContextSetOptions(SslContextHandle context, ulong options);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_ciphersuites", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ContextSetSuites(SslContextHandle context, string suites);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_num_tickets")]
    public static partial int ContextSetTickets(SslContextHandle context, nuint count);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_session_id_context")]
    public static partial int ContextSetSessionIdContext(SslContextHandle context, byte* name, uint length);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_max_early_data")]
    public static partial int ContextSetEarlyDataMax(SslContextHandle context, uint bytes);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_keylog_callback")]
    public static partial void ContextSetKeyLog(SslContextHandle context, delegate* unmanaged<nint, byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_cert_cb")]
    public static partial void ContextSetCertificateChoice(
        SslContextHandle context, delegate* unmanaged<nint, nint, int> callback, nint argument);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_alpn_select_cb")]
    public static partial void ContextSetAlpnChoice(
        SslContextHandle context, delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    public static partial SslHandle New(SslContextHandle context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(SslHandle ssl, nint input, nint output);

    [LibraryImport(Library, EntryPoint = "SSL_set_ex_data")]
    public static partial int SetExtraData(SslHandle ssl, int index, nint data);

    [LibraryImport(Library, EntryPoint = "SSL_get_ex_data")]
    public static partial nint GetExtraData(nint ssl, int index);

    [LibraryImport(Library, EntryPoint = "SSL_accept")]
    public static partial int Accept(SslHandle ssl);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    public static partial int GetError(SslHandle ssl, int result);

    [LibraryImport(Library, EntryPoint = "SSL_has_pending")]
    public static partial int HasPending(SslHandle ssl);

    [LibraryImport(Library, EntryPoint = "SSL_get_servername")]
    public static partial byte* GetServerName(nint ssl, int type);

    [LibraryImport(Library, EntryPoint = "SSL_use_cert_and_key")]
    public static partial int UseCertificate(nint ssl, X509Handle certificate, KeyHandle key, ChainHandle chain, int replace);

    [LibraryImport(Library, EntryPoint = "SSL_get_current_cipher")]
    public static partial nint CurrentCipher(SslHandle ssl);

    [LibraryImport(Library, EntryPoint = "SSL_CIPHER_get_protocol_id")]
    public static partial ushort CipherId(nint cipher);
}
