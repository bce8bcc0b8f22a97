using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Identities;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>A submission as JMAP shows it (RFC 8621 §7), and what our capability adds: submissionKey, outboxState, problem, nextAttemptAt, draftEmailId.</summary>
internal static class EmailSubmissionJson
{
    public const string Key = "submissionKey";
    public const string State = "outboxState";

    public static JsonObject Describe(Submission submission) => new()
    {
        ["id"] = OutboxIds.Of(submission.Number),
        ["identityId"] = IdentityIds.Of(submission.Identity),
        ["emailId"] = submission.Email,
        ["threadId"] = submission.Thread,
        ["envelope"] = JsonNode.Parse(submission.Envelope),
        ["sendAt"] = UtcText.Of(submission.SendAt),
        ["undoStatus"] = UndoStatus(submission),
        ["deliveryStatus"] = DeliveryStatus(submission),
        ["dsnBlobIds"] = new JsonArray(),
        ["mdnBlobIds"] = new JsonArray(),
        [Key] = submission.Key,
        [State] = StateName(submission.State),
        ["problem"] = submission.Problem,
        ["nextAttemptAt"] = submission.NextAt is { } next ? UtcText.Of(next) : null,
        ["needsSignIn"] = submission.NeedsSignIn,
        ["draftEmailId"] = submission.Draft,
    };

    /// <summary>What the answer to a creation has to say: all that its client did not.</summary>
    public static JsonObject Created(Submission submission)
    {
        var all = Describe(submission);
        all.Remove("identityId");
        return all;
    }

    public static string UndoStatus(Submission submission) => submission.State switch
    {
        OutboxState.Held => "pending",
        OutboxState.Canceled => "canceled",
        _ => "final",
    };

    public static string StateName(OutboxState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static JsonObject? DeliveryStatus(Submission submission)
    {
        var (reply, delivered) = submission.State switch
        {
            OutboxState.Accepted or OutboxState.Filed => (submission.Reply ?? "250 2.0.0 accepted", "unknown"),
            OutboxState.Refused => (submission.Reply ?? "554 5.4.7 not sent", "no"),
            OutboxState.Uncertain or OutboxState.Withdrawn => (submission.Reply ?? "451 4.4.2 not confirmed", "unknown"),
            _ => (submission.Reply, "queued"),
        };
        return reply is null
            ? null
            : new JsonObject(submission.Recipients.Select(recipient => KeyValuePair.Create(
                recipient, (JsonNode?)new JsonObject { ["smtpReply"] = reply, ["delivered"] = delivered, ["displayed"] = "unknown" })));
    }
}
