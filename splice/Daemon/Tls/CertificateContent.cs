namespace Splice.Daemon.Tls;

/// <summary>What a pair of files holds, checked: DER of the certificate, of its chain and of the key that belongs to it.</summary>
internal sealed record CertificateContent(
    byte[] Leaf, IReadOnlyList<byte[]> Chain, byte[] Key, IReadOnlyList<string> Names, DateTimeOffset NotAfter);
