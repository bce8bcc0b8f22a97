using System.Security.Cryptography;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>The same doors where no journal is kept: everything simply runs.</summary>
internal sealed class PassThroughJournal(TimeProvider clock) : IJournal
{
    public bool IsReplaying => false;

    public TimeProvider Time { get; } = new RequestTime(clock.GetUtcNow());

    public IEntropy Entropy { get; } = new RequestEntropy(RandomNumberGenerator.GetBytes(JournalEntryCodec.SeedBytes));

    public ValueTask<T> ChooseAsync<T>(
        string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken) =>
        choose(cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken) =>
        fetch(cancellationToken);

    public ValueTask<T> PerformAsync<T>(string name, IEffect<T> effect, CancellationToken cancellationToken) =>
        effect.PerformAsync(Entropy.NewGuid(), cancellationToken);
}
