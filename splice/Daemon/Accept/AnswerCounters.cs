using System.Collections.Concurrent;

namespace Splice.Daemon.Accept;

/// <summary>How often spliced answered by itself, by status. Safe from any thread.</summary>
public sealed class AnswerCounters
{
    private readonly ConcurrentDictionary<int, long> _counts = new(
    [
        new(HttpAnswer.PermanentRedirect, 0), new(HttpAnswer.BadRequest, 0), new(HttpAnswer.RequestTimeout, 0),
        new(HttpAnswer.MisdirectedRequest, 0), new(HttpAnswer.HeadTooLarge, 0), new(HttpAnswer.Unavailable, 0),
    ]);

    public void Count(int status) => _counts.AddOrUpdate(status, 1, (_, count) => count + 1);

    public IReadOnlyList<KeyValuePair<int, long>> Read() => _counts.OrderBy(pair => pair.Key).ToList();
}
