using System.Net.Security;

namespace Webmail.Mail.Sieve;

/// <summary>The bounds of our connections to ManageSieve servers.</summary>
public sealed record SieveOptions
{
    /// <summary>Per account and process; a question beyond waits for its turn.</summary>
    public int ConnectionsPerAccountMax { get; init; } = 2;

    /// <summary>Filters are edited in sittings: a connection is kept for the next click, not for the next day.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For one question with all its round trips, connecting included.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that says hello and then nothing is tried again on another connection, and given twice as long there.</summary>
    public TimeSpan SignInPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Judges the server's certificate instead of the machine's trusted authorities; null to leave it to them.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
