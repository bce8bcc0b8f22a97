namespace Splice.Hooks;

/// <summary>An act on the outside world that must happen exactly once.</summary>
/// <typeparam name="T">The outcome; anything System.Text.Json can write and read back unchanged.</typeparam>
public interface IEffect<T>
{
    /// <summary>Acts. The id is unique to this effect and the same in every attempt, also in that of a backend that was cut off
    /// and goes on when the network is back.</summary>
    ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Called instead of <see cref="PerformAsync"/> when an earlier attempt may or may not have happened: find out by the id,
    /// or act again if acting twice is harmless, and return the outcome.
    /// </summary>
    ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken);
}
