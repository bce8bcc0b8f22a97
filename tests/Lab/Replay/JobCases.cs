using System.Text.Json.Nodes;

namespace Tests.Lab.Replay;

/// <summary>The requests about jobs that are replayed. None of the jobs begins: what they would do has nothing to do with the answers.</summary>
internal static class JobCases
{
    public static IReadOnlyList<ReplayCase> All { get; } =
    [
        ReplayCases.Method("MailJob/get", mailbox => new JsonObject { ["ids"] = new JsonArray(mailbox.Job, "j0") }),
        ReplayCases.Method("MailJob/changes", mailbox => new JsonObject { ["sinceState"] = mailbox.JobState }),
        ReplayCases.Method("MailJob/set", mailbox => new JsonObject
        {
            ["create"] = new JsonObject
            {
                ["j"] = Paused(mailbox),
                ["selected"] = new JsonObject
                {
                    ["action"] = "move",
                    ["targetMailboxId"] = mailbox.Trash,
                    ["selection"] = new JsonObject { ["mailboxId"] = mailbox.Drafts, ["filter"] = new JsonObject { ["subject"] = mailbox.Run } },
                    ["state"] = "paused",
                },
                ["wrong"] = new JsonObject(),
            },
            ["update"] = new JsonObject { ["j0"] = State("queued") },
            ["destroy"] = new JsonArray(mailbox.Job),
        }) with { Acts = true },
        new("job made, cancelled and not undone", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("MailJob/set", new JsonObject { ["create"] = new JsonObject { ["j"] = Paused(mailbox) } }),
            mailbox.Call("MailJob/set", new JsonObject { ["update"] = new JsonObject { ["#j"] = State("cancelled") } }),
            mailbox.Call("MailJob/set", new JsonObject { ["create"] = new JsonObject { ["u"] = new JsonObject { ["undoes"] = "#j" } } }),
        ])) { Acts = true },
    ];

    public static JsonObject Paused(ReplayMailbox mailbox) => new()
    {
        ["action"] = "setKeywords",
        ["keywords"] = new JsonObject { ["$seen"] = true },
        ["emailIds"] = new JsonArray(mailbox.Read, mailbox.ToMark),
        ["state"] = "paused",
    };

    private static JsonObject State(string state) => new() { ["state"] = state };
}
