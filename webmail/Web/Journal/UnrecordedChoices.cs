using Webmail.Mail.Seams;

namespace Webmail.Web.Journal;

/// <summary>Asks without remembering: within an effect, whose outcome alone is remembered.</summary>
internal sealed class UnrecordedChoices : IChoices
{
    public ValueTask<T> ChooseAsync<T>(string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken) => choose(cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken) => fetch(cancellationToken);
}
