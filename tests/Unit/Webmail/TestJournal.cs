using System.Text.Json;
using Webmail.Mail.Seams;

namespace Tests.Unit.Webmail;

/// <summary>
/// The journal of one request as a test keeps it: what was answered is written as JSON, and read again by whoever replays it.
/// </summary>
internal sealed class TestJournal : IChoices, IEffects
{
    private readonly List<(string Name, Guid Effect, string? Json)> _entries = [];
    private int _read;
    private bool _isReplay;

    /// <summary>Names of the choices and effects so far.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Select(entry => entry.Name)];

    /// <summary>The same request on another backend: everything is known.</summary>
    public TestJournal Replay() => Copy(_entries);

    /// <summary>The same request on another backend, after this one died within its last effect.</summary>
    public TestJournal InDoubt()
    {
        var last = _entries.FindLastIndex(entry => entry.Effect != Guid.Empty);
        return Copy([.. _entries[..last], _entries[last] with { Json = null }]);
    }

    public async ValueTask<T> ChooseAsync<T>(string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken)
    {
        if (Next(name) is { } known)
        {
            return Read<T>(known.Json!);
        }

        var answer = await choose(cancellationToken);
        _entries.Add((name, Guid.Empty, JsonSerializer.Serialize(answer, JsonSerializerOptions.Web)));
        return answer;
    }

    public async ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken) => await fetch(cancellationToken);

    public async ValueTask<T> PerformAsync<T>(string name, IMailEffect<T> effect, CancellationToken cancellationToken)
    {
        if (Next(name) is { } known)
        {
            return known.Json is null ? await effect.ResolveAsync(known.Effect, cancellationToken) : Read<T>(known.Json);
        }

        var begun = (Name: name, Effect: Guid.NewGuid(), Json: (string?)null);
        var place = _entries.Count;
        _entries.Add(begun);
        var outcome = await effect.PerformAsync(begun.Effect, cancellationToken);
        _entries[place] = begun with { Json = JsonSerializer.Serialize(outcome, JsonSerializerOptions.Web) };
        return outcome;
    }

    private static TestJournal Copy(List<(string Name, Guid Effect, string? Json)> entries)
    {
        var copy = new TestJournal { _isReplay = true };
        copy._entries.AddRange(entries);
        return copy;
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!;

    private (string Name, Guid Effect, string? Json)? Next(string name)
    {
        if (!_isReplay || _read == _entries.Count)
        {
            return null;
        }

        var next = _entries[_read++];
        Assert.Equal(name, next.Name);
        return next;
    }
}
