using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Journal;

/// <summary>Lets the mail library act through the request's journal.</summary>
internal sealed class JournalEffects(IJournal journal) : IEffects
{
    public ValueTask<T> PerformAsync<T>(string name, IMailEffect<T> effect, CancellationToken cancellationToken) =>
        journal.PerformAsync(name, new Effect<T>(effect), cancellationToken);

    private sealed class Effect<T>(IMailEffect<T> inner) : IEffect<T>
    {
        public ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken) => inner.PerformAsync(id, cancellationToken);

        public ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken) => inner.ResolveAsync(id, cancellationToken);
    }
}
