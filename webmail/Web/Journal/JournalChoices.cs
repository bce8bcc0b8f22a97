using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Journal;

/// <summary>Lets the mail library ask through the request's journal.</summary>
internal sealed class JournalChoices(IJournal journal) : IChoices
{
    public ValueTask<T> ChooseAsync<T>(
        string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken) =>
        journal.ChooseAsync(name, choose, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken) =>
        journal.FetchAsync(name, fetch, cancellationToken);
}
