using System.Runtime.InteropServices;

namespace Splice.Daemon.Tls;

/// <summary>An object of OpenSSL's that is freed with its handle.</summary>
internal abstract class OpenSslHandle() : SafeHandle(0, true)
{
    public override bool IsInvalid => handle == 0;

    protected abstract void Free(nint pointer);

    protected override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }
}

/// <summary>SSL_CTX: what all connections have in common.</summary>
internal sealed class SslContextHandle : OpenSslHandle
{
    protected override void Free(nint pointer) => LibSsl.ContextFree(pointer);
}

/// <summary>SSL: one connection, with its two BIOs.</summary>
internal sealed class SslHandle : OpenSslHandle
{
    protected override void Free(nint pointer) => LibSsl.Free(pointer);
}

/// <summary>X509: one certificate.</summary>
internal sealed class X509Handle : OpenSslHandle
{
    protected override void Free(nint pointer) => LibCrypto.FreeX509(pointer);
}

/// <summary>EVP_PKEY: a private key.</summary>
internal sealed class KeyHandle : OpenSslHandle
{
    protected override void Free(nint pointer) => LibCrypto.FreeKey(pointer);
}

/// <summary>STACK_OF(X509): the certificates between ours and the root; it owns a reference to each.</summary>
internal sealed class ChainHandle : OpenSslHandle
{
    protected override void Free(nint pointer)
    {
        while (LibCrypto.PopFromChain(pointer) is not 0 and var certificate)
        {
            LibCrypto.FreeX509(certificate);
        }

        LibCrypto.FreeChain(pointer);
    }
}
