using Webmail.Mail.Seams;

namespace Webmail.Web.Following;

/// <summary>An account that streams of this backend listen to.</summary>
/// <param name="Credentials">Of the stream that was opened last; in memory only.</param>
/// <param name="Streams">How many there are.</param>
/// <param name="IsRefused">The mail server does not take these credentials: somebody else may have better ones.</param>
internal sealed record WantedAccount(Credentials Credentials, int Streams, bool IsRefused);
