using System.Text.Json.Nodes;

namespace Tests.Lab.Replay;

/// <summary>The requests about drafts that are replayed.</summary>
internal static class DraftCases
{
    public static IReadOnlyList<ReplayCase> All { get; } =
    [
        ReplayCases.Method("Draft/get", mailbox => new JsonObject { ["ids"] = new JsonArray(mailbox.SavedDraft, "d0") }),
        ReplayCases.Method("Draft/changes", mailbox => new JsonObject { ["sinceState"] = mailbox.DraftState }),
        ReplayCases.Method("Draft/history", mailbox => new JsonObject { ["draftId"] = mailbox.SavedDraft, ["versions"] = new JsonArray(1) }),
        ReplayCases.Method("Draft/set", mailbox => new JsonObject
        {
            ["create"] = new JsonObject
            {
                ["d"] = Content(mailbox, "created", mailbox.Attachment, mailbox.Upload),
                ["wrong"] = new JsonObject(),
                ["without"] = Content(mailbox, "without", "u00000000000000000000000000000000"),
            },
            ["update"] = new JsonObject { ["d0"] = Version(mailbox, "nobody's", 1) },
        }) with { Acts = true },
        new("draft made, saved, saved from an old version and discarded", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Draft/set", new JsonObject { ["create"] = new JsonObject { ["d"] = Content(mailbox, "first") } }),
            mailbox.Call("Draft/set", new JsonObject { ["update"] = new JsonObject { ["#d"] = Version(mailbox, "second", 1) } }),
            mailbox.Call("Draft/set", new JsonObject { ["update"] = new JsonObject { ["#d"] = Version(mailbox, "late", 1) } }),
            mailbox.Call("Draft/set", new JsonObject { ["destroy"] = new JsonArray("#d"), ["destroyIfVersion"] = new JsonObject { ["#d"] = 2 } }),
        ])) { Acts = true },
        new("attachment of a draft", 200, mailbox => ReplayRequest.Of("GET", $"/jmap/download/{mailbox.Account}/{mailbox.DraftBlob}/file.bin", ReplayRequest.Alice)),
        new("draft sent", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Draft/set", new JsonObject { ["create"] = new JsonObject { ["d"] = Content(mailbox, "sent") } }),
            mailbox.Call("Email/set", new JsonObject { ["create"] = new JsonObject { ["m"] = mailbox.Draft("sent") } }),
            mailbox.Call("EmailSubmission/set", new JsonObject
            {
                ["create"] = new JsonObject
                {
                    ["s"] = new JsonObject { ["emailId"] = "#m", ["identityId"] = "i0", ["draftId"] = "#d", ["draftVersion"] = 1 },
                },
            }),
        ])) { Acts = true },
    ];

    public static JsonObject Content(ReplayMailbox mailbox, string subject, params string[] blobs)
    {
        var email = mailbox.Draft(subject, new JsonObject
        {
            ["attachments"] = new JsonArray([.. blobs.Select(blob => new JsonObject { ["blobId"] = blob, ["name"] = "attached" })]),
        });
        email.Remove("mailboxIds");
        email.Remove("keywords");
        return new JsonObject { ["email"] = email, ["client"] = new JsonObject { ["typed"] = "bob, " } };
    }

    private static JsonObject Version(ReplayMailbox mailbox, string subject, int ifVersion)
    {
        var version = Content(mailbox, subject);
        version["ifVersion"] = ifVersion;
        return version;
    }
}
