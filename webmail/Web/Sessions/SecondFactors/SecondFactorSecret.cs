using System.Text;
using OtpNet;
using QRCoder;
using Splice.Hooks;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>The secret that an authenticator shares with us (TOTP, RFC 6238): SHA-1, 30 seconds, six digits, which all of them can.</summary>
internal sealed class SecondFactorSecret(byte[] bytes)
{
    // RFC 4226 §4 R6 recommends 160 bits.
    private const int Bytes = 20;
    private const int Digits = 6;
    private const int PixelsPerModule = 4;
    private const string Issuer = "Mail";

    /// <summary>For a display's clock that is up to half a minute off, and people who type slowly (RFC 6238 §5.2).</summary>
    private static readonly VerificationWindow Window = VerificationWindow.RfcSpecifiedNetworkDelay;

    /// <summary>As people type it: base32.</summary>
    public string Text => Base32Encoding.ToString(bytes);

    public static byte[] New(IEntropy entropy)
    {
        var secret = new byte[Bytes];
        entropy.Fill(secret);
        return secret;
    }

    /// <summary>As authenticators read it.</summary>
    public string Uri(string username) => new OtpUri(OtpType.Totp, Text, username, Issuer).ToString();

    /// <summary>The same as a picture: an SVG in a data URL.</summary>
    public string QrCode(string username)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(Uri(username), QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(code.GetGraphic(PixelsPerModule)))}";
    }

    /// <summary>The time step a code belongs to; null if it belongs to none of now.</summary>
    public long? StepOf(string code, DateTimeOffset now) =>
        code.Length == Digits && new Totp(bytes, totpSize: Digits).VerifyTotp(now.UtcDateTime, code, out var step, Window) ? step : null;
}
