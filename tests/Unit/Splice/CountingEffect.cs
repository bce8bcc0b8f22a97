using Splice.Hooks;

namespace Tests.Unit.Splice;

/// <summary>Counts how often each id was really acted on.</summary>
internal sealed class CountingEffect : IEffect<string>
{
    public Dictionary<Guid, int> Performed { get; } = [];

    public int Resolved { get; private set; }

    /// <summary>What another process already did.</summary>
    public HashSet<Guid> DoneElsewhere { get; } = [];

    public ValueTask<string> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
        Performed[id] = Performed.GetValueOrDefault(id) + 1;
        return ValueTask.FromResult($"sent {id}");
    }

    public ValueTask<string> ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        Resolved++;
        return DoneElsewhere.Contains(id) || Performed.ContainsKey(id)
            ? ValueTask.FromResult($"sent {id}")
            : PerformAsync(id, cancellationToken);
    }
}
