namespace Webmail.Web.Sessions;

/// <summary>An attempt that is counted as failed until it is known to be right.</summary>
/// <param name="Counted">Under which keys; the first is that of the account on its network.</param>
/// <param name="Wait">How long to wait, if it must not be made now.</param>
internal sealed record Attempt(string[] Counted, TimeSpan? Wait);
