using Splice.Store;

namespace Tests.Simulation.Stores;

/// <summary>Names of the scripts, for people who read a trace.</summary>
internal static class ScriptNames
{
    public static string Of(string script) => script switch
    {
        StoreScripts.RaiseFence => nameof(StoreScripts.RaiseFence),
        StoreScripts.Commit => nameof(StoreScripts.Commit),
        StoreScripts.AppendInput => nameof(StoreScripts.AppendInput),
        StoreScripts.EndInput => nameof(StoreScripts.EndInput),
        StoreScripts.BeginRequest => nameof(StoreScripts.BeginRequest),
        StoreScripts.AppendEntries => nameof(StoreScripts.AppendEntries),
        StoreScripts.Complete => nameof(StoreScripts.Complete),
        StoreScripts.Remove => nameof(StoreScripts.Remove),
        StoreScripts.Forget => nameof(StoreScripts.Forget),
        StoreScripts.ReadInput => nameof(StoreScripts.ReadInput),
        StoreScripts.ReadInputEnd => nameof(StoreScripts.ReadInputEnd),
        StoreScripts.Export => nameof(StoreScripts.Export),
        StoreMergeScript.Flow => "Merge",
        StoreMergeScript.Input => "MergeInput",
        SnapshotMerge.ReadFlow => nameof(SnapshotMerge.ReadFlow),
        SnapshotMerge.ReadJournal => nameof(SnapshotMerge.ReadJournal),
        _ => "another script",
    };
}
