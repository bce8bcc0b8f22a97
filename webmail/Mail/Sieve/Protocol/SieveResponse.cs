namespace Webmail.Mail.Sieve.Protocol;

/// <summary>Everything a server says to one command.</summary>
internal sealed record SieveResponse(SieveAnswer Answer, IReadOnlyList<IReadOnlyList<SieveToken>> Lines);
