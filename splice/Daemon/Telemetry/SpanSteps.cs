using System.Diagnostics;

namespace Splice.Daemon.Telemetry;

/// <summary>
/// A span whose children follow one another: to enter a step is to leave the one before. The parent is named, not found in
/// <see cref="Activity.Current"/>, because steps begin in one method and end in another. By one caller at a time.
/// </summary>
/// <param name="root">The span that the steps make up; null if nobody listens, and then nothing happens here.</param>
internal sealed class SpanSteps(Activity? root) : IDisposable
{
    private Activity? _step;

    public static SpanSteps None { get; } = new(null);

    /// <summary>For attributes of the whole.</summary>
    public Activity? Root => root;

    /// <summary>Returns the step's span, for its attributes.</summary>
    public Activity? Enter(string name, ActivityKind kind = ActivityKind.Internal)
    {
        if (root is null)
        {
            return null;
        }

        _step?.Dispose();
        return _step = SpliceTrace.Child(root, name, kind);
    }

    /// <summary>The whole did not succeed, because of the step that it is at.</summary>
    public void Fail(string type, string why)
    {
        _step?.Failed(type, why);
        root?.Failed(type, why);
    }

    public void Dispose()
    {
        _step?.Dispose();
        root?.Dispose();
    }
}
