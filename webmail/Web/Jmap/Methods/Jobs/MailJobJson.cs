using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Contacts;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>Jobs as our capability shows them.</summary>
internal static class MailJobJson
{
    public static readonly (string Name, JobAction Action)[] Actions =
        [("move", JobAction.Move), ("setKeywords", JobAction.SetKeywords), ("delete", JobAction.Delete), ("empty", JobAction.Empty), ("undo", JobAction.Undo)];

    private static readonly (RowState Reason, string Name)[] Reasons =
    [
        (RowState.Already, "already"), (RowState.ChangedElsewhere, "changedElsewhere"), (RowState.NoMailbox, "mailboxNotFound"), (RowState.NotReached, "notReached"),
    ];

    public static JsonObject Describe(Job job) => new()
    {
        ["id"] = JobIds.Of(job.Number),
        ["action"] = Actions.First(one => one.Action == job.Action).Name,
        ["targetMailboxId"] = job.Target is { } target ? MailboxId.Text(target) : null,
        ["keywords"] = job.Action == JobAction.SetKeywords ? Keywords(job) : null,
        ["selection"] = job.Mailbox is { } mailbox
            ? new JsonObject { ["mailboxId"] = MailboxId.Text(mailbox), ["filter"] = job.Filter is { } filter ? JsonNode.Parse(filter) : null }
            : null,
        ["undoes"] = job.Undoes is { } undone ? JobIds.Of(undone) : null,
        ["undoneBy"] = job.UndoneBy is { } undoing ? JobIds.Of(undoing) : null,
        ["state"] = StateOf(job.State),
        ["reason"] = job.Reason,
        ["needsSignIn"] = job.NeedsSignIn,
        ["nextAttemptAt"] = job is { State: JobState.Waiting, Due: { } due } ? UtcText.Of(due) : null,
        ["total"] = job.Total,
        ["done"] = job.Done,
        ["skipped"] = job.Skipped.Sum(),
        ["gone"] = job.Gone,
        ["skippedBy"] = new JsonObject(Job.SkipReasons.Zip(job.Skipped).Where(one => one.Second > 0)
            .Select(one => KeyValuePair.Create(Reasons.First(reason => reason.Reason == one.First).Name, (JsonNode?)one.Second))),
        ["destroys"] = job.Destroys,
        ["canUndo"] = job.CanUndo,
        ["createdAt"] = UtcText.Of(job.Created),
        ["changedAt"] = UtcText.Of(job.Changed),
    };

    public static string StateOf(JobState state) => state.ToString().ToLowerInvariant();

    private static JsonObject Keywords(Job job) =>
        new(job.Set.Select(keyword => KeyValuePair.Create(keyword, (JsonNode?)true)).Concat(job.Clear.Select(keyword => KeyValuePair.Create(keyword, (JsonNode?)null))));
}
