using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>Reads a job as its client wants it, and refuses what cannot be meant.</summary>
internal static class NewJobReader
{
    private static readonly HashSet<string> Known = ["key", "action", "targetMailboxId", "keywords", "emailIds", "selection", "undoes", "state"];

    /// <param name="node">The creation.</param>
    /// <param name="resolve">What "#creationId" stands for.</param>
    /// <exception cref="SetException">invalidProperties.</exception>
    public static NewJob Read(JsonNode? node, Func<string, string> resolve)
    {
        var fields = node as JsonObject ?? throw Invalid("A job is an object.");
        if (fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} cannot be set here.", unknown);
        }

        var key = fields["key"] is null ? null
            : JmapCall.AsText(fields["key"]) is { Length: > 0 and <= JobLimits.KeyCharactersMax } name && !name.Any(char.IsControl) ? name
            : throw Invalid($"key is a text of at most {JobLimits.KeyCharactersMax} characters.", "key");
        var isPaused = JmapCall.AsText(fields["state"]) is "paused"
            || (fields["state"] is not null ? throw Invalid("A job begins by itself, or is paused until it is set to queued.", "state") : false);
        return fields["undoes"] is null ? ReadAction(fields, key, isPaused, resolve) : ReadUndo(fields, key, isPaused, resolve);
    }

    private static NewJob ReadUndo(JsonObject fields, string? key, bool isPaused, Func<string, string> resolve)
    {
        Forbid(fields, "An undo names its job, and nothing else.", "action", "targetMailboxId", "keywords", "emailIds", "selection");
        return JmapCall.AsText(fields["undoes"]) is { } id && JobIds.TryParse(resolve(id), out var undone)
            ? new NewJob(key, JobAction.Undo, null, [], [], null, null, null, undone, isPaused)
            : throw Invalid("undoes is the id of a job.", "undoes");
    }

    private static NewJob ReadAction(JsonObject fields, string? key, bool isPaused, Func<string, string> resolve)
    {
        var action = MailJobJson.Actions.Where(one => one.Name == JmapCall.AsText(fields["action"]) && one.Action != JobAction.Undo).Select(one => (JobAction?)one.Action).FirstOrDefault()
            ?? throw Invalid("action is move, setKeywords, delete or empty.", "action");
        long? target = null;
        if (action == JobAction.Move)
        {
            target = Mailbox(fields["targetMailboxId"], "targetMailboxId", resolve);
        }
        else
        {
            Forbid(fields, "Only a move has a target.", "targetMailboxId");
        }

        var (set, clear) = action == JobAction.SetKeywords ? Keywords(fields["keywords"]) : ([], []);
        if (action != JobAction.SetKeywords)
        {
            Forbid(fields, "Only setKeywords has keywords.", "keywords");
        }

        var emails = fields["emailIds"] is { } ids ? Emails(ids, resolve) : null;
        var (mailbox, filter) = fields["selection"] is { } selection ? Selection(selection, resolve) : (null, null);
        if ((emails is null) == (mailbox is null))
        {
            throw Invalid("A job names its messages in emailIds, or has a selection.", "emailIds", "selection");
        }

        return action == JobAction.Empty && (emails is not null || filter is not null)
            ? throw Invalid("A mailbox is emptied as a whole.", "emailIds", "selection")
            : new NewJob(key, action, target, set, clear, emails, mailbox, filter, null, isPaused);
    }

    private static (string[] Set, string[] Clear) Keywords(JsonNode? node)
    {
        var patch = node as JsonObject ?? throw Invalid("keywords has true for each keyword to be set, and null for each to be cleared.", "keywords");
        if (patch.Count is 0 or > JobLimits.KeywordsMax)
        {
            throw Invalid($"A job sets and clears 1 to {JobLimits.KeywordsMax} keywords.", "keywords");
        }

        var named = patch.Select(pair => (Name: pair.Key.ToLowerInvariant(), IsSet: pair.Value?.GetValueKind() switch
        {
            null => false,
            JsonValueKind.True => true,
            _ => throw Invalid("A keyword is true or null.", "keywords"),
        })).ToArray();
        return named.All(one => Mail.Messages.Keywords.IsValid(one.Name)) && named.DistinctBy(one => one.Name).Count() == named.Length
            ? ([.. named.Where(one => one.IsSet).Select(one => one.Name)], [.. named.Where(one => !one.IsSet).Select(one => one.Name)])
            : throw Invalid("A keyword is an IMAP atom of at most 64 characters, and named once.", "keywords");
    }

    private static long[] Emails(JsonNode node, Func<string, string> resolve)
    {
        var ids = node as JsonArray ?? throw Invalid("emailIds is a list.", "emailIds");
        return ids.Count is 0 or > JobLimits.IdsMax
            ? throw Invalid($"A job names 1 to {JobLimits.IdsMax} messages; more are selected.", "emailIds")
            : [.. ids.Select(Key).Distinct()];

        long Key(JsonNode? id) =>
            JmapCall.AsText(id) is { } text && EmailId.TryKey(resolve(text), out var key) ? key : throw Invalid("emailIds are ids of messages.", "emailIds");
    }

    private static (long? Mailbox, string? Filter) Selection(JsonNode node, Func<string, string> resolve)
    {
        var fields = node as JsonObject ?? throw Invalid("selection is an object.", "selection");
        if (fields.Any(field => field.Key is not ("mailboxId" or "filter")))
        {
            throw Invalid("selection has mailboxId and filter.", "selection");
        }

        var filter = fields["filter"]?.ToJsonString();
        if (filter is not null && (fields["filter"] is not JsonObject || Encoding.UTF8.GetByteCount(filter) > JobLimits.FilterBytesMax))
        {
            throw Invalid($"filter is an object of at most {JobLimits.FilterBytesMax} bytes.", "selection");
        }

        try
        {
            JobFilter.Parse(filter);
        }
        catch (MethodException wrong)
        {
            throw Invalid(wrong.Message, "selection");
        }

        return (Mailbox(fields["mailboxId"], "selection", resolve), filter);
    }

    private static long Mailbox(JsonNode? node, string property, Func<string, string> resolve) =>
        JmapCall.AsText(node) is { } id && MailboxId.TryKey(resolve(id), out var key) ? key : throw Invalid($"{property} must name a mailbox.", property);

    private static void Forbid(JsonObject fields, string why, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields[name] is not null)
            {
                throw Invalid(why, name);
            }
        }
    }

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
