namespace Webmail.Mail.Sieve.Protocol;

/// <summary>The server does not keep to the protocol, or has said BYE: the connection is of no use any longer.</summary>
internal sealed class SieveProtocolException(string message) : Exception(message);
