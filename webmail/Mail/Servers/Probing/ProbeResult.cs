using Webmail.Mail.Imap;

namespace Webmail.Mail.Servers.Probing;

/// <summary>What one server said when it was tried.</summary>
/// <param name="Server">Which.</param>
/// <param name="Problem">A sentence, with the server's own words if it said any; null if all went well.</param>
/// <param name="Words">What it said, line by line.</param>
/// <param name="Capabilities">What it says it can do, in its own terms.</param>
/// <param name="IsSignedIn">Whether it took the name and password; null if none were given or it did not come to that.</param>
/// <param name="Took">From the first packet to the last.</param>
public sealed record ProbeResult(
    MailServerOptions Server, string? Problem, IReadOnlyList<string> Words, IReadOnlyList<string> Capabilities, bool? IsSignedIn, TimeSpan Took);
