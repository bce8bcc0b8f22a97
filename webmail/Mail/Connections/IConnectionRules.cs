using Webmail.Mail.Servers;

namespace Webmail.Mail.Connections;

/// <summary>What a pool has to know of the protocol that its connections speak.</summary>
internal interface IConnectionRules<T>
{
    Task<T> SignInAsync(ServerLogin login, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the server is there: as far as its greeting. Signing in would say less: where somebody has guessed passwords, servers make all wait who come
    /// from the same address.
    /// </summary>
    Task GreetAsync(ServerLogin login, CancellationToken cancellationToken);

    /// <summary>The connection can no longer be used; another may.</summary>
    bool IsBroken(Exception failure);

    /// <summary>What to throw for a failure that leaves the connection usable; null if it does not.</summary>
    Exception? Refusal(Exception failure);

    /// <summary>What to throw when there is no answer.</summary>
    Exception Unavailable(ServerLogin login, Exception failure);
}
