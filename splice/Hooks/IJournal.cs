namespace Splice.Hooks;

/// <summary>
/// The door through which a request meets everything that is not a function of its own bytes.
/// </summary>
/// <remarks>
/// Scoped to one request (resolve it from the request's services). In capture mode an answer from outside is appended to the
/// flow's journal before anything that depends on it reaches the client; in replay the entry is returned instead and the
/// delegate is not called. Calls must come in the same order in both modes, so make them from the request's one logical
/// thread. Where journaling is switched off the delegates simply run.
/// </remarks>
public interface IJournal
{
    /// <summary>True while entries of an earlier execution are still being consumed.</summary>
    bool IsReplaying { get; }

    /// <summary>The request's one instant, captured at its start; it does not advance during the request.</summary>
    TimeProvider Time { get; }

    /// <summary>Random values derived from the request's one seed.</summary>
    IEntropy Entropy { get; }

    /// <summary>Asks the outside world once and remembers the answer.</summary>
    /// <param name="name">What is asked, for example <c>imap.list</c>; must match in replay.</param>
    /// <param name="choose">Asks. Not called in replay.</param>
    /// <param name="cancellationToken">Cancels the question, never the commit of its answer.</param>
    /// <typeparam name="T">Anything System.Text.Json can write and read back unchanged (web defaults).</typeparam>
    /// <exception cref="DivergenceException">The replayed entry has another name or kind: the execution has diverged.</exception>
    ValueTask<T> ChooseAsync<T>(
        string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken);

    /// <summary>Reads content that can never change under its name, journaling only the name and a hash, or that it could not be had.</summary>
    /// <param name="name">The immutable name, for example UIDVALIDITY, UID and part.</param>
    /// <param name="fetch">Fetches it; called again in replay.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <exception cref="DivergenceException">The content fetched in replay has another hash.</exception>
    ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken);

    /// <summary>Performs an act on the outside world exactly once, whatever dies in between.</summary>
    /// <param name="name">What is done, for example <c>submission</c>.</param>
    /// <param name="effect">The act, and how doubt about it is resolved.</param>
    /// <param name="cancellationToken">Cancels the act only while it has not begun.</param>
    /// <remarks>The effect's id is committed before it runs and its outcome before this method returns. A crash between the
    /// two leaves it in doubt; replay then calls <see cref="IEffect{T}.ResolveAsync"/> with the same id. An act that fails by an exception whose constructor takes the
    /// message only is remembered as failed: the answer may say so, and replay does not try again.</remarks>
    ValueTask<T> PerformAsync<T>(string name, IEffect<T> effect, CancellationToken cancellationToken);
}
