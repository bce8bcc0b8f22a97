namespace Webmail.Mail.Availability;

/// <summary>The server is known to be away; it was not asked, or its answer is no longer waited for.</summary>
public sealed class ServerAwayException(string reason) : Exception(reason);
