using Splice.Daemon.Tls;
using Splice.Wire;

namespace Splice.Daemon.Configuration;

/// <summary>Checks the section <c>tls</c> and what pools say of it.</summary>
internal static class TlsSection
{
    private const int HandshakeSecondsMax = 300;
    private const int HandshakesMax = 16384;

    public static TlsConfig? Check(RawTls? raw, int plainPort, ConfigCheck check, List<string> mistakes)
    {
        if (raw is null)
        {
            return null;
        }

        check.Range("tls.port", raw.Port, 1, 65535);
        check.Range("tls.handshakeTimeoutSeconds", raw.HandshakeTimeoutSeconds, 1, HandshakeSecondsMax);
        check.Range("tls.handshakesMax", raw.HandshakesMax, 1, HandshakesMax);
        check.NotEmpty("tls.certificates", raw.Certificates?.Count ?? 0);
        if (raw.Port == plainPort)
        {
            mistakes.Add($"tls.port: {raw.Port} is taken by port; HTTP and HTTPS need one each");
        }

        return new TlsConfig
        {
            Port = (ushort)raw.Port,
            Certificates = (raw.Certificates ?? []).Select((files, i) => Certificate($"tls.certificates[{i}]", files, check, mistakes)).ToList(),
            HandshakeTimeout = TimeSpan.FromSeconds(raw.HandshakeTimeoutSeconds),
            HandshakesMax = raw.HandshakesMax,
        };
    }

    /// <summary>Hosts that are also served over plain HTTP must be the pool's own.</summary>
    public static void CheckPlainHosts(string key, PoolConfig pool, IReadOnlyList<PoolConfig> pools, List<string> mistakes)
    {
        if (pool.PlainHosts.Count > 0 && pool.Kind == BackendKind.Plain)
        {
            mistakes.Add($"{key}: is for pools of kind hooks; pools of kind plain are served over plain HTTP anyway");
            return;
        }

        foreach (var host in pool.PlainHosts)
        {
            var owner = pools.FirstOrDefault(other => other.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase)) ?? pools.FirstOrDefault(other => other.Hosts.Contains("*"));
            if (owner?.Name != pool.Name)
            {
                mistakes.Add($"{key}: '{host}' is no host of pool {pool.Name}; add it to the pool's hosts");
            }
        }
    }

    private static CertificateConfig Certificate(string key, RawCertificate raw, ConfigCheck check, List<string> mistakes)
    {
        var before = mistakes.Count;
        var files = new CertificateConfig(
            check.ExistingFile($"{key}.certificateFile", raw.CertificateFile), check.ExistingFile($"{key}.keyFile", raw.KeyFile));
        if (mistakes.Count == before && CertificateFiles.Read(files, out var mistake) is null)
        {
            mistakes.Add($"{key}: {mistake}");
        }

        return files;
    }
}

/// <summary>The section as it is written.</summary>
internal sealed record RawTls(List<RawCertificate>? Certificates, int Port = 443, int HandshakeTimeoutSeconds = 10, int HandshakesMax = 256);

internal sealed record RawCertificate(string? CertificateFile, string? KeyFile);
