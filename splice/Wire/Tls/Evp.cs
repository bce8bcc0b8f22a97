using System.Runtime.InteropServices;

namespace Splice.Wire.Tls;

/// <summary>The part of OpenSSL 3's libcrypto that does ciphers.</summary>
internal static partial class Evp
{
    public const int GetTag = 0x10;
    public const int SetTag = 0x11;
    public const int NoDirection = -1;
    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_fetch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Fetch(nint library, string name, nint properties);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial EvpContextHandle NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    public static partial int Init(EvpContextHandle context, nint cipher, nint engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, int encrypts);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    public static partial int Update(EvpContextHandle context, ref byte output, out int outputBytes, ReadOnlySpan<byte> input, int inputBytes);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    public static partial int Associate(EvpContextHandle context, nint output, out int outputBytes, ReadOnlySpan<byte> input, int inputBytes);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    public static partial int Final(EvpContextHandle context, ref byte output, out int outputBytes);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    public static partial int Control(EvpContextHandle context, int what, int bytes, ref byte value);
}
