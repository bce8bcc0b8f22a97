using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Mail.Unsubscribing;
using Webmail.Web.Identities;
using Webmail.Web.Jmap;
using Webmail.Web.Jmap.Methods.Submissions;
using Webmail.Web.Outbox;

namespace Webmail.Web.Reading;

/// <summary>What became of the wish to leave a list.</summary>
/// <param name="Done">Null if it was not left.</param>
/// <param name="Problem">Then, a sentence.</param>
internal sealed record UnsubscribeOutcome(Unsubscription? Done, string? Problem);

/// <summary>Leaves lists: each wish is one effect.</summary>
internal sealed class Unsubscriber(OneClickPost post, UnsubscriptionStore store, OutboxStore outbox)
{
    /// <summary>Asks the list's server. In doubt it is asked again, which changes nothing.</summary>
    public ValueTask<UnsubscribeOutcome> PostAsync(MailAccount account, string list, Uri place, CancellationToken cancellationToken) =>
        account.Effects.PerformAsync("unsubscribe", new PostEffect(post, store, account.Id, list, place), cancellationToken);

    /// <summary>Puts what the list wants to read into the outbox: once for each message that says so, whoever asks again.</summary>
    public ValueTask<UnsubscribeOutcome> WriteAsync(MailAccount account, Email email, string list, UnsubscribeMail mail, CancellationToken cancellationToken)
    {
        var own = account.Credentials.Username;
        var key = KeyOf(email, mail);
        var messageId = $"{key}@{own[(own.LastIndexOf('@') + 1)..]}";
        var envelope = new Envelope(own, [mail.To]);
        var wanted = new NewSubmission(
            IdentityIds.Default, email.Id, ThreadId.Text(email.Thread), messageId, envelope, EnvelopeReader.Describe(null, envelope), new Hold(TimeSpan.Zero, null),
            $"unsubscribe-{key}", Implies: false, ClientFiles: false, Draft: null);
        var content = mail.Compose(own, messageId, account.Time.GetUtcNow());
        return outbox.SetAsync(account, null, _ => Task.CompletedTask, changes => SubmitAsync(changes, wanted, content, list), cancellationToken);
    }

    private static async Task<UnsubscribeOutcome> SubmitAsync(OutboxChanges changes, NewSubmission wanted, byte[] content, string list)
    {
        try
        {
            var same = await changes.FindAsync(wanted);
            return same?.State is OutboxState.Refused or OutboxState.Canceled or OutboxState.Withdrawn
                ? new UnsubscribeOutcome(null, "The message to the list did not leave; it lies in your drafts.")
                : new UnsubscribeOutcome(await changes.UnsubscribeAsync(list, (same ?? await changes.AddAsync(wanted, content)).Number), null);
        }
        catch (SetException refusal)
        {
            return new UnsubscribeOutcome(null, refusal.Error.Description);
        }
    }

    /// <summary>The same as long as the message is, also when it lies elsewhere or the index was thrown away.</summary>
    private static string KeyOf(Email email, UnsubscribeMail mail) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', email.Envelope.MessageId ?? email.Id.ToString(), mail.To, mail.Subject, mail.Body))))[..32];

    private sealed class PostEffect(OneClickPost post, UnsubscriptionStore store, string account, string list, Uri place) : IMailEffect<UnsubscribeOutcome>
    {
        public async ValueTask<UnsubscribeOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) =>
            await post.SendAsync(place, cancellationToken) is { } problem
                ? new UnsubscribeOutcome(null, problem)
                : new UnsubscribeOutcome(await store.RememberAsync(account, list, cancellationToken), null);

        public ValueTask<UnsubscribeOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);
    }
}
