using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;

namespace Splice.Daemon.Tls;

/// <summary>
/// The certificates in force. Files that change are read again; new handshakes use what is in them, unless it is broken:
/// then the certificate before stays.
/// </summary>
public sealed class CertificateStore
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private readonly IReadOnlyList<CertificateConfig> _files;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateStore> _log;
    private readonly Lock _reloading = new();
    private readonly string[] _tried;
    private readonly string[] _seen;
    private volatile CertificateSet _current;

    /// <exception cref="InvalidOperationException">A file has become unusable since the configuration was checked.</exception>
    public CertificateStore(TlsConfig config, TimeProvider time, ILogger<CertificateStore> log)
    {
        (_files, _time, _log) = (config.Certificates, time, log);
        _tried = _files.Select(CertificateFiles.Fingerprint).ToArray();
        _seen = [.. _tried];
        _current = new CertificateSet(_files.Select(files => ServerCertificate.Create(
            CertificateFiles.Read(files, out var mistake) ?? throw new InvalidOperationException(mistake))).ToList());
        foreach (var certificate in _current.All.Where(certificate => certificate.NotAfter < time.GetUtcNow()))
        {
            log.LogError("the certificate of {Names} is over since {NotAfter:u}; renew it", string.Join(", ", certificate.Names), certificate.NotAfter);
        }
    }

    public CertificateSet Current => _current;

    /// <summary>File and certificate in force, in the order of the configuration.</summary>
    public IEnumerable<(string File, ServerCertificate Certificate)> All =>
        _files.Zip(_current.All, (files, certificate) => (files.CertificateFile, certificate));

    /// <summary>Reads all files now; returns what is wrong with those whose certificate could not be replaced.</summary>
    public IReadOnlyList<string> Reload()
    {
        lock (_reloading)
        {
            return Enumerable.Range(0, _files.Count).Select(Replace).Where(mistake => mistake.Length > 0).ToList();
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => Rounds.RunAsync(PollInterval, _time, Poll, cancellationToken);

    /// <summary>
    /// Reads what has changed, and then not again: one mistake is logged once. Certificate and key are not written in one
    /// go, so a change counts only when the next look finds the same.
    /// </summary>
    internal void Poll()
    {
        lock (_reloading)
        {
            for (var i = 0; i < _files.Count; i++)
            {
                var before = _seen[i];
                _seen[i] = CertificateFiles.Fingerprint(_files[i]);
                if (_seen[i] == before && _seen[i] != _tried[i])
                {
                    Replace(i);
                }
            }
        }
    }

    /// <summary>Returns the mistake, which it has logged; empty without one.</summary>
    private string Replace(int index)
    {
        _seen[index] = _tried[index] = CertificateFiles.Fingerprint(_files[index]);
        var old = _current.All[index];
        var content = CertificateFiles.Read(_files[index], out var mistake);
        if (content is not null && content.NotAfter < _time.GetUtcNow() && old.NotAfter > content.NotAfter)
        {
            mistake = $"{_files[index].CertificateFile}: is over since {content.NotAfter:u}";
        }

        if (content is null || mistake.Length > 0)
        {
            _log.LogError("the certificate of {Names} stays as it was: {Mistake}", string.Join(", ", old.Names), mistake);
            return mistake;
        }

        _current = _current.With(index, ServerCertificate.Create(content));
        _log.LogInformation("the certificate of {Names} is read again; it ends {NotAfter:u}", string.Join(", ", content.Names), content.NotAfter);
        return "";
    }
}
