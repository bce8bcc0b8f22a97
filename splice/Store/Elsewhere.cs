namespace Splice.Store;

/// <summary>
/// How to go on after an answer of the store if what follows may take long: never on the thread that receives the answers,
/// which has others to hand out, but in the pool or in the scheduler of who asked.
/// </summary>
internal static class Elsewhere
{
    private const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    /// <summary>The answer, or what went wrong with it, told there.</summary>
    public static async Task<T> AfterAsync<T>(Task<T> answer)
    {
        await AfterAsync((Task)answer);
        return await answer;
    }

    /// <summary>Completes there when the answer has come, whatever it is.</summary>
    public static async Task AfterAsync(Task answer)
    {
        await answer.ConfigureAwait(Quietly);
        await Task.Yield();
    }
}
