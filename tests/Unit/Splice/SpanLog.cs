using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tests.Unit.Splice;

/// <summary>Keeps what spans of a source end while it lives, also those of other tests: look for your own.</summary>
internal sealed class SpanLog : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanLog(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public Activity Single(string name, string tag, object value) =>
        Assert.Single(_ended, span => span.OperationName == name && value.Equals(span.GetTagItem(tag)));

    public bool Has(string name, string tag, object value) =>
        _ended.Any(span => span.OperationName == name && value.Equals(span.GetTagItem(tag)));

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Activity> ChildrenOf(Activity parent) =>
        _ended.Where(span => span.ParentSpanId == parent.SpanId && span.TraceId == parent.TraceId).ToList();

    public void Dispose() => _listener.Dispose();
}
