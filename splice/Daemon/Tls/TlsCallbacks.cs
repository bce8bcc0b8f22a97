using System.Runtime.InteropServices;

namespace Splice.Daemon.Tls;

/// <summary>OpenSSL's questions during a handshake. Each finds its connection's state in the SSL object.</summary>
internal static unsafe class TlsCallbacks
{
    private const int Ok = 1;
    private const int Failed = 0;

    public static int StateIndex { get; } = LibCrypto.NewExtraDataIndex(LibCrypto.ExtraDataOfSsl, 0, 0, 0, 0, 0);

    private static ReadOnlySpan<byte> Http11 => "http/1.1"u8;

    [UnmanagedCallersOnly]
    public static void OnKeyLog(nint ssl, byte* line)
    {
        var state = State(ssl);
        try
        {
            state.ReadKeyLog(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line));
        }
        catch (Exception exception)
        {
            // The border to C: here and below, what passes it ends the process.
            state.Bug = exception;
        }
    }

    /// <summary>Certificate by name (RFC 6066 §3); clients that name none or one that is not served get the default.</summary>
    [UnmanagedCallersOnly]
    public static int OnCertificateChoice(nint ssl, nint argument)
    {
        var state = State(ssl);
        try
        {
            var certificate = state.ChooseCertificate(ServerName(ssl));
            return certificate.UseFor(ssl) ? Ok : Failed;
        }
        catch (Exception exception)
        {
            state.Bug = exception;
            return Failed;
        }
    }

    /// <summary>Only http/1.1 (RFC 7301): what HTTP/2 interleaves cannot be replayed.</summary>
    [UnmanagedCallersOnly]
    public static int OnAlpnChoice(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint offeredLength, nint argument)
    {
        var list = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        for (var at = 0; at < list.Length; at += 1 + list[at])
        {
            if (at + 1 + list[at] <= list.Length && list.Slice(at + 1, list[at]).SequenceEqual(Http11))
            {
                // OpenSSL copies it before the offer goes.
                *chosen = offered + at + 1;
                *chosenLength = list[at];
                State(ssl).Alpn = "http/1.1";
                return LibSsl.AlpnOk;
            }
        }

        return LibSsl.AlpnAlert;
    }

    /// <summary>The name the client asks for; null if it names none.</summary>
    public static string? ServerName(nint ssl)
    {
        var name = LibSsl.GetServerName(ssl, LibSsl.NameTypeHost);
        return name is null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    private static HandshakeState State(nint ssl) =>
        (HandshakeState)GCHandle.FromIntPtr(LibSsl.GetExtraData(ssl, StateIndex)).Target!;
}
