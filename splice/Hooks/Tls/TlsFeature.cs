using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Splice.Hooks;

/// <summary>What the application may know of the handshake, which happened at a proxy. Kestrel takes it for https.</summary>
internal sealed class TlsFeature(TlsCipherSuite suite, string hostName)
    : ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature
{
    public X509Certificate2? ClientCertificate { get; set; }

    public SslProtocols Protocol => SslProtocols.Tls13;

    public TlsCipherSuite? NegotiatedCipherSuite => suite;

    public string HostName => hostName;

    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "http/1.1"u8.ToArray();

#pragma warning disable SYSLIB0058 // The interface asks for what TLS 1.3 no longer has.
    public CipherAlgorithmType CipherAlgorithm => CipherAlgorithmType.None;

    public int CipherStrength => 0;

    public HashAlgorithmType HashAlgorithm => HashAlgorithmType.None;

    public int HashStrength => 0;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

    public int KeyExchangeStrength => 0;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
}
