namespace Splice.Store;

/// <summary>
/// How to go on after an answer of the store if what follows may take long: never on the thread that receives the answers,
/// which has others to hand out, but in the pool or in the scheduler of who asked.
/// </summary>
internal static class Elsewhere
{
    public const ConfigureAwaitOptions Await = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding;
}
