using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Webmail.Mail.Servers.Probing;

/// <summary>Judges a server's certificate as a sign-in does, and keeps what is wrong with it in plain words.</summary>
internal sealed class CertificateJudge(string host)
{
    /// <summary>Sentences; null if there is nothing to say.</summary>
    public string? Problem { get; private set; }

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        Problem = certificate is X509Certificate2 shown
            ? $"The server's certificate is not accepted. {string.Join(' ', Sentences(shown, chain, errors))}"
            : "The server shows no certificate.";
        return false;
    }

    private IEnumerable<string> Sentences(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            yield return $"It is for {NamesOf(certificate)}, not for {host}.";
        }

        foreach (var status in (chain?.ChainStatus ?? []).Select(status => status.Status).Distinct())
        {
            yield return status switch
            {
                X509ChainStatusFlags.NotTimeValid => string.Create(
                    CultureInfo.InvariantCulture, $"It, or one above it, is out of its time; it is valid from {certificate.NotBefore:u} until {certificate.NotAfter:u}."),
                X509ChainStatusFlags.UntrustedRoot => $"It was issued by {certificate.Issuer}, whom this machine does not trust.",
                X509ChainStatusFlags.PartialChain => $"Its issuer {certificate.Issuer} is not known here; the server may leave out a certificate in between.",
                X509ChainStatusFlags.Revoked => "It has been revoked.",
                X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation => "Whether it was revoked could not be found out.",
                _ => $"The machine says: {status}.",
            };
        }
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
        return all.Length > 0 ? string.Join(", ", all.Take(10)) : certificate.Subject;
    }
}
