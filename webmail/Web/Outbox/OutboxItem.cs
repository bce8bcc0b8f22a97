using Webmail.Mail.Sending;
using Webmail.Web.Leases;

namespace Webmail.Web.Outbox;

/// <summary>One submission in the hands of one executor, until its lease lapses.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Number">Its id within the account.</param>
/// <param name="Attempt">The fence: whoever takes it over has a higher one, and what an older one writes is refused.</param>
/// <param name="State">What is to be done.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Envelope">Who sends and who receives.</param>
/// <param name="ClientFiles">Its client may have moved the message into Sent itself.</param>
/// <param name="Failures">Attempts of this step so far.</param>
/// <param name="IsExpired">It has been tried for long enough.</param>
/// <param name="SealedCredentials">Whose mail server connections are used.</param>
internal sealed record OutboxItem(
    string Account, long Number, long Attempt, OutboxState State, string MessageId, Envelope Envelope, bool ClientFiles, int Failures, bool IsExpired,
    byte[] SealedCredentials) : ILeased;
