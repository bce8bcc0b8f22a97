using Splice.Hooks;

namespace Webmail.Web.Journal;

/// <summary>An effect that may be done twice without harm, so doubt is resolved by doing it again.</summary>
internal sealed class RepeatableEffect<T>(Func<CancellationToken, ValueTask<T>> act) : IEffect<T>
{
    public ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken) => act(cancellationToken);

    public ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken) => act(cancellationToken);
}
