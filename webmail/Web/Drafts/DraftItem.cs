using Webmail.Mail.Writing;
using Webmail.Web.Leases;

namespace Webmail.Web.Drafts;

/// <summary>One draft in the hands of one writer, until its lease lapses.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Number">Its id within the account.</param>
/// <param name="Attempt">The fence: whoever takes it over has a higher one, and what an older one writes is refused.</param>
/// <param name="Token">What its messages are recognised by.</param>
/// <param name="IsDestroyed">Its message is to go.</param>
/// <param name="Written">Its message as far as is known, or null.</param>
/// <param name="Replaced">The message it went on with, as long as that may be there; or null.</param>
/// <param name="Failures">Attempts so far.</param>
/// <param name="SealedCredentials">Whose mail server connections are used.</param>
internal sealed record DraftItem(
    string Account, long Number, long Attempt, Guid Token, bool IsDestroyed, WrittenVersion? Written, DraftPlace? Replaced, int Failures, byte[] SealedCredentials) : ILeased;

/// <summary>The current version.</summary>
internal sealed record CurrentVersion(int Version, DateTime Changed, string Content);
