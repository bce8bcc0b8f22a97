namespace Webmail.Mail.Servers.Discovery;

/// <summary>Something the domain should say could not be found out, or leads where it must not.</summary>
internal sealed class DiscoveryException(string message) : Exception(message);
