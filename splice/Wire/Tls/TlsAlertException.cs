namespace Splice.Wire.Tls;

/// <summary>The peer broke the protocol; the description is the alert that says how (RFC 8446 §6).</summary>
public sealed class TlsAlertException(TlsAlert alert, string message) : IOException($"{message} ({alert})")
{
    public TlsAlert Alert => alert;
}
