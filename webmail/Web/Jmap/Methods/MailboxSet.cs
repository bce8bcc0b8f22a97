using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Mailboxes;
using Webmail.Mail.Seams;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Makes, renames, moves, subscribes and removes mailboxes (RFC 8621 §2.5).</summary>
internal sealed class MailboxSet(MailIndex index, MailboxWriter writer) : IJmapMethod
{
    public const int LabelBytesMax = 200;

    public string Name => "Mailbox/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var removeEmails = call.Flag("onDestroyRemoveEmails");
        var before = await index.MailboxesAsync(account, call.Cancelled);
        if (call.Text("ifInState") is { } expected && expected != IndexState.Text(before.State))
        {
            throw MethodException.StateMismatch(expected);
        }

        var answer = new SetAnswer(account.Id);
        var set = new Changes(call, account, index, writer) { Now = before };
        foreach (var (creationId, fields) in create)
        {
            await answer.CreateAsync(creationId, () => set.CreateAsync(creationId, fields));
        }

        foreach (var (id, patch) in update)
        {
            await answer.UpdateAsync(id, () => set.UpdateAsync(call.Resolve(id), patch));
        }

        foreach (var id in destroy.Distinct())
        {
            await answer.DestroyAsync(id, () => set.DestroyAsync(call.Resolve(id), removeEmails));
        }

        return answer.ToJson(IndexState.Text(before.State), IndexState.Text(set.Now.State));
    }

    /// <summary>One change after the other, each on the mailboxes as they are after the one before.</summary>
    private sealed class Changes(JmapCall call, MailAccount account, MailIndex index, MailboxWriter writer)
    {
        public required FoundMailboxes Now { get; set; }

        public async Task<JsonObject> CreateAsync(string creationId, JsonNode? node)
        {
            var fields = node as JsonObject ?? throw Invalid("A mailbox is an object.");
            var wanted = new Wanted(null, null, true);
            foreach (var (property, value) in fields)
            {
                wanted = Set(wanted, property, value);
            }

            var name = await writer.CreateAsync(account, wanted.Parent, wanted.Label ?? throw Invalid("Name the mailbox.", "name"), call.Cancelled);
            if (!wanted.Subscribed)
            {
                await writer.SubscribeAsync(account, name, false, call.Cancelled);
            }

            await ReadAsync();
            var made = Now.Mailboxes.FirstOrDefault(row => row.Name == name) ?? throw new SetException("serverFail", $"The mail server made {name}, but does not list it.");
            call.CreatedIds[creationId] = made.MailboxId.ToString();
            var json = MailboxJson.Describe(Now.Mailboxes).Single(item => JmapCall.AsText(item["id"]) == made.MailboxId.ToString());
            foreach (var given in fields.Select(pair => pair.Key))
            {
                json.Remove(given);
            }

            return json;
        }

        public async Task<JsonObject?> UpdateAsync(string id, JsonNode? patch)
        {
            var row = Find(id);
            var fields = patch as JsonObject ?? throw new SetException("invalidPatch", "A patch is an object.");
            var old = new Wanted(row.Parent, row.Label, row.Subscribed);
            var wanted = fields.Aggregate(old, (all, pair) => Set(all, pair.Key, pair.Value));
            if ((wanted.Parent, wanted.Label) != (old.Parent, old.Label))
            {
                if (row.Role == "inbox")
                {
                    throw new SetException("forbidden", "The inbox cannot be renamed or moved.");
                }

                if (wanted.Parent is { } parent && (parent == row.Name || IsBelow(parent, row)))
                {
                    throw Invalid("A mailbox cannot lie in itself.", "parentId");
                }

                var name = await writer.RenameAsync(account, row.Name, wanted.Parent, wanted.Label!, call.Cancelled);
                await index.RenamedAsync(account, row.Name, name, call.Cancelled);
                await ReadAsync();
                row = Find(id);
            }

            if (wanted.Subscribed != old.Subscribed)
            {
                await writer.SubscribeAsync(account, row.Name, wanted.Subscribed, call.Cancelled);
                await ReadAsync();
            }

            return null;
        }

        public async Task DestroyAsync(string id, bool removeEmails)
        {
            var row = Find(id);
            if (row.Role is not null)
            {
                throw new SetException("forbidden", $"{row.Label} is the mailbox for {row.Role} and stays.");
            }

            if (Now.Mailboxes.Any(other => other.Parent == row.Name))
            {
                throw new SetException("mailboxHasChild", $"There are mailboxes in {row.Label}; remove or move them first.");
            }

            if (row.Total > 0 && !removeEmails)
            {
                throw new SetException("mailboxHasEmail", $"There are {row.Total} messages in {row.Label}.");
            }

            await writer.DestroyAsync(account, row.Name, call.Cancelled);
            await ReadAsync();
        }

        private async Task ReadAsync() => Now = await index.MailboxesAsync(account, call.Cancelled);

        private MailboxRow Find(string id) =>
            MailboxId.TryKey(id, out var key) && Now.Mailboxes.FirstOrDefault(row => row.Id == key) is { } found
                ? found
                : throw new SetException("notFound", $"There is no mailbox {id}.");

        private bool IsBelow(string name, MailboxRow above) =>
            Now.Mailboxes.FirstOrDefault(row => row.Name == name)?.Parent is { } parent && (parent == above.Name || IsBelow(parent, above));

        private Wanted Set(Wanted wanted, string property, JsonNode? value) => property switch
        {
            "name" => wanted with { Label = Label(value) },
            "parentId" => wanted with { Parent = value is null ? null : Find(call.Resolve(JmapCall.AsText(value) ?? "")).Name },
            "isSubscribed" => wanted with { Subscribed = value?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Invalid("isSubscribed is true or false.", property) } },
            "role" when value is null => wanted,
            _ => throw Invalid($"{property} of a mailbox cannot be set here.", property),
        };

        private static string Label(JsonNode? value) =>
            JmapCall.AsText(value)?.Trim() is { Length: > 0 } label && System.Text.Encoding.UTF8.GetByteCount(label) <= LabelBytesMax
                && !label.Any(character => char.IsControl(character) || character is '/' or '*' or '%')
                ? label
                : throw Invalid($"A mailbox's name has 1 to {LabelBytesMax} bytes, and none of / * %.", "name");

        private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
    }

    private sealed record Wanted(string? Parent, string? Label, bool Subscribed);
}
