using System.Net.Security;
using System.Text;
using Splice.Wire.Tls;

namespace Splice.Daemon.Tls;

/// <summary>What OpenSSL tells of one handshake through its callbacks, all of them on the thread that advances it.</summary>
internal sealed class HandshakeState(CertificateSet certificates)
{
    private byte[]? _client;
    private byte[]? _server;

    public string? ServerName { get; private set; }

    public string? Alpn { get; set; }

    public ServerCertificate Certificate { get; private set; } = certificates.Default;

    /// <summary>What went wrong in a callback: an exception must not pass through C.</summary>
    public Exception? Bug { get; set; }

    public ServerCertificate ChooseCertificate(string? serverName)
    {
        ServerName = serverName?.ToLowerInvariant();
        Certificate = certificates.For(ServerName);
        return Certificate;
    }

    /// <summary>One line of the key log, "LABEL random secret" in hexadecimal. It is never written anywhere.</summary>
    public void ReadKeyLog(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
        {
            _client = Secret(line);
        }
        else if (line.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
        {
            _server = Secret(line);
        }
    }

    /// <summary>Null unless both secrets were told and are those of the suite.</summary>
    public TlsSecrets? Secrets(TlsCipherSuite suite) =>
        KeySchedule.Supports(suite) && _client?.Length == KeySchedule.SecretBytes(suite) && _server?.Length == _client.Length
            ? new TlsSecrets(suite, _client, _server)
            : null;

    private static byte[] Secret(ReadOnlySpan<byte> line) =>
        Convert.FromHexString(Encoding.ASCII.GetString(line[(line.LastIndexOf((byte)' ') + 1)..]));
}
