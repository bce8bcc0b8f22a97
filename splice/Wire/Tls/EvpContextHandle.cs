using System.Runtime.InteropServices;

namespace Splice.Wire.Tls;

/// <summary>EVP_CIPHER_CTX: a key in use. Its memory is cleansed when it is freed.</summary>
internal sealed class EvpContextHandle() : SafeHandle(0, true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Evp.FreeContext(handle);
        return true;
    }
}
