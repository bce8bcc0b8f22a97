using System.Runtime.InteropServices;
using System.Text;

namespace Splice.Daemon.Tls;

/// <summary>The part of OpenSSL 3's libcrypto beside it: memory BIOs, certificates, keys, errors.</summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";
    private const int TextBytesMax = 256;
    private const ulong ReasonMask = 0x7FFFFF;

    public const int ExtraDataOfSsl = 0;

    [LibraryImport(Library, EntryPoint = "CRYPTO_get_ex_new_index")]
    public static partial int NewExtraDataIndex(int kind, nint number, nint argument, nint create, nint copy, nint free);

    [LibraryImport(Library, EntryPoint = "BIO_s_mem")]
    public static partial nint BioMemory();

    [LibraryImport(Library, EntryPoint = "BIO_new")]
    public static partial nint BioNew(nint type);

    [LibraryImport(Library, EntryPoint = "BIO_write")]
    public static partial int BioWrite(nint bio, byte* bytes, int length);

    [LibraryImport(Library, EntryPoint = "BIO_read")]
    public static partial int BioRead(nint bio, byte* bytes, int length);

    [LibraryImport(Library, EntryPoint = "BIO_ctrl_pending")]
    public static partial nuint BioPending(nint bio);

    [LibraryImport(Library, EntryPoint = "d2i_X509")]
    public static partial X509Handle ReadX509(nint reuse, byte** bytes, nint length);

    [LibraryImport(Library, EntryPoint = "X509_free")]
    public static partial void FreeX509(nint certificate);

    [LibraryImport(Library, EntryPoint = "X509_up_ref")]
    public static partial int KeepX509(X509Handle certificate);

    [LibraryImport(Library, EntryPoint = "d2i_AutoPrivateKey")]
    public static partial KeyHandle ReadKey(nint reuse, byte** bytes, nint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_new_null")]
    public static partial ChainHandle NewChain();

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_push")]
    public static partial int PushToChain(ChainHandle chain, X509Handle certificate);

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_pop")]
    public static partial nint PopFromChain(nint chain);

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_free")]
    public static partial void FreeChain(nint chain);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "ERR_get_error")]
    private static partial nuint GetError();

    [LibraryImport(Library, EntryPoint = "ERR_error_string_n")]
    private static partial void ErrorText(nuint error, byte* text, nuint length);

    /// <summary>Takes this thread's oldest error: its reason, which is 0 without one, and OpenSSL's words for it.</summary>
    public static (int Reason, string Text) TakeError()
    {
        var error = GetError();
        if (error == 0)
        {
            return (0, "no reason given");
        }

        var text = stackalloc byte[TextBytesMax];
        ErrorText(error, text, TextBytesMax);
        ClearErrors();
        return ((int)(error & ReasonMask), Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text)));
    }
}
