using Webmail.Mail.Writing;

namespace Webmail.Web.Jobs;

/// <summary>What is to be done about one message's keywords, by what they are now.</summary>
/// <param name="Row">The message; it remembers what the job will have changed about it.</param>
/// <param name="Set">Keywords still to be set.</param>
/// <param name="Clear">Keywords still to be cleared.</param>
/// <param name="ModSeq">When it was changed last, or 0.</param>
/// <param name="Outcome">What will have become of it.</param>
internal sealed record KeywordMark(JobRow Row, string[] Set, string[] Clear, ulong ModSeq, JobOutcome Outcome)
{
    public static KeywordMark Of(JobRow row, JobBatch batch, FoundMessage? found)
    {
        if (found is null)
        {
            return Nothing(row, RowState.Gone);
        }

        // A keyword that was as it is wanted, and is not any longer: so somebody else wants it.
        if (row.Keywords is { } before
            && (batch.Set.Any(keyword => before.Contains(keyword) && !found.Keywords.Contains(keyword))
                || batch.Clear.Any(keyword => !before.Contains(keyword) && found.Keywords.Contains(keyword))))
        {
            return Nothing(row, RowState.ChangedElsewhere);
        }

        string[] set = [.. batch.Set.Except(found.Keywords)];
        string[] clear = [.. batch.Clear.Intersect(found.Keywords)];
        // What a dead executor has noted and done already counts, too.
        var marked = row with
        {
            Added = [.. row.Added.Intersect(found.Keywords).Union(set)],
            Removed = [.. row.Removed.Except(found.Keywords).Union(clear)],
        };
        return marked.Added.Length + marked.Removed.Length == 0
            ? Nothing(row, RowState.Already)
            : new KeywordMark(
                marked, set, clear, found.ModSeq,
                new JobOutcome(marked, RowState.Done, [.. found.Keywords.Union(set).Except(clear).Order(StringComparer.Ordinal)]));
    }

    private static KeywordMark Nothing(JobRow row, RowState state) => new(row with { Added = [], Removed = [] }, [], [], 0, new JobOutcome(row, state));
}
