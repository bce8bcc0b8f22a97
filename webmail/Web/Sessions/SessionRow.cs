namespace Webmail.Web.Sessions;

/// <summary>What a request needs to know of its session.</summary>
/// <param name="SealedCredentials">See <see cref="CredentialSeal"/>.</param>
/// <param name="Used">When it was last prolonged, or began.</param>
/// <param name="IsKept">The person stays signed in when the browser closes.</param>
internal sealed record SessionRow(byte[] SealedCredentials, DateTimeOffset Used, bool IsKept)
{
    /// <summary>So that not every request writes.</summary>
    public static readonly TimeSpan ProlongedAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan NotKeptFor = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts after it was last used.</summary>
    public static TimeSpan Lifetime(bool isKept) => isKept ? KeptFor : NotKeptFor;
}

/// <summary>A session as the list of devices shows it.</summary>
/// <param name="Id">Hexadecimal; a hash of the cookie, which opens nothing.</param>
/// <param name="Device">Its words and network; empty for a session of a version that did not note them.</param>
/// <param name="Created">When it began.</param>
/// <param name="Used">As in <see cref="SessionRow"/>: up to an hour before it was really last used.</param>
internal sealed record ListedSession(string Id, Device Device, DateTimeOffset Created, DateTimeOffset Used);
