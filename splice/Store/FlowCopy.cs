using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Copies one flow from a node that has it to one that may lack it: at once what is short, which is all of most flows, then the
/// input piece by piece. First what follows the target's end, so that it takes what is appended from then on, then what precedes its
/// beginning, from the last to the first: broken off anywhere, it leaves a log without a hole.
/// </summary>
internal sealed class FlowCopy(
    FlowId flow, NodeConnection source, NodeConnection target, StoreOptions options, TimeProvider time, CancellationToken stop)
{
    /// <summary>A node that does not answer is not refilled again and again, but connected anew.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Writers send to both nodes at once. What the target has and the source has not is on its way, and comes long before
    /// all this is over, unless nobody can send it any more; then it is no debt.</summary>
    private const int AttemptsMax = 5;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromMilliseconds(10);

    private enum Outcome
    {
        /// <summary>The target has all that the source has.</summary>
        Done,

        /// <summary>The target has something newer.</summary>
        Newer,

        /// <summary>The source trimmed what was to be copied.</summary>
        Trimmed,

        /// <summary>One of the two does not answer.</summary>
        Failed,
    }

    private readonly RedisKey[] _inputKeys = [FlowKeys.Flow(flow), FlowKeys.Input(flow)];
    private readonly RedisKey[] _keys = FlowKeys.All(flow);

    /// <returns>False if the target still lacks something: one of the two stopped answering, or requests begin faster than they
    /// are copied.</returns>
    public async Task<bool> RunAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await CopyAsync();
            if (outcome is Outcome.Done or Outcome.Failed || attempt == AttemptsMax)
            {
                return outcome is Outcome.Done or Outcome.Newer;
            }

            await Task.Delay(AttemptPause, time, stop);
        }
    }

    private async Task<Outcome> CopyAsync()
    {
        if (await AskAsync(source, StoreScripts.Export, _keys, []) is not { } exported)
        {
            return Outcome.Failed;
        }

        var export = FlowExport.Parse(exported);
        if (export.IsEmpty)
        {
            return await ForgetAsync();
        }

        var expiry = export.ExpiryMilliseconds > 0 ? export.ExpiryMilliseconds : (long)options.Expiry.TotalMilliseconds;
        RedisValue[] values = [export.Base, expiry, export.TailOffset, export.Tail, export.Fields.Length, .. export.Fields, .. export.Entries];
        if (await AskAsync(target, StoreMergeScript.Flow, _keys, values) is not { } merged)
        {
            return Outcome.Failed;
        }

        var place = InputPlace.Parse(merged);
        return place.Behind ? Outcome.Newer
            : export.InputBase is { } start ? await CopyInputAsync(place, start, export.InputEnd, expiry)
            : Outcome.Done;
    }

    /// <summary>A source that has every flow and does not know this one says that it is over, for so long that even its tombstone
    /// has expired. Whether it has every flow knows only who gives it every flow when it begins anew.</summary>
    private async Task<Outcome> ForgetAsync() =>
        !options.RefillEverything || source.LacksFlows || await AskAsync(target, StoreScripts.Forget, _keys, []) is not null ? Outcome.Done : Outcome.Failed;

    /// <summary>Ends: each piece moves the target's end or beginning towards what the source had at first.</summary>
    private async Task<Outcome> CopyInputAsync(InputPlace place, ulong start, ulong end, long expiry)
    {
        while (place.End < end || place.Base > start)
        {
            var from = place.End < end ? place.End : (place.Base!.Value - 1) / InputPieces.Bytes * InputPieces.Bytes;
            if (await AskAsync(source, StoreScripts.ReadInput, _inputKeys, [from.ToString()]) is not { } read)
            {
                return Outcome.Failed;
            }

            if ((RedisValue[])read! is not [var begins, var bytes, var fence, var request, _])
            {
                return Outcome.Trimmed;
            }

            var offset = Math.Max(from, (ulong)begins);
            if (await AskAsync(target, StoreMergeScript.Input, _inputKeys, [fence, expiry, request, offset.ToString(), bytes]) is not { } merged)
            {
                return Outcome.Failed;
            }

            var before = place;
            place = InputPlace.Parse(merged);
            if (place.Behind)
            {
                return Outcome.Newer;
            }

            if (place.End <= before.End && place.Base >= before.Base)
            {
                return Outcome.Trimmed;
            }
        }

        return Outcome.Done;
    }

    /// <summary>Null if the node does not answer. Goes on elsewhere than on the thread that receives the node's answers: large
    /// values are handled next.</summary>
    private async Task<RedisResult?> AskAsync(NodeConnection node, string script, RedisKey[] keys, RedisValue[] values)
    {
        stop.ThrowIfCancellationRequested();
        if (source.State == NodeState.Away || target.State == NodeState.Away)
        {
            return null;
        }

        var pending = node.SendAsync(script, keys, values, write: false);
        await Elsewhere.AfterAsync(((Task)pending).WaitAsync(AnswerTimeout, time, stop));
        stop.ThrowIfCancellationRequested();
        var answer = pending.IsCompleted ? await pending : StoreAnswer.Unreachable($"no answer to a refill within {AnswerTimeout.TotalSeconds} s");
        if (answer.Kind == AnswerKind.Unreachable)
        {
            node.Suspect(answer.Detail);
        }

        return answer.Result;
    }
}
