using System.Text.Json.Nodes;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Drafts;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>One creation or change as its client wants it.</summary>
/// <param name="Content">The new version; null if an earlier one is restored, or none is made.</param>
/// <param name="Restore">The earlier version to be restored, or null.</param>
/// <param name="IfVersion">The version it was made from; 0 in a creation.</param>
/// <param name="Key">What its client calls the draft, or null.</param>
/// <param name="Replaced">The message that the draft goes on with, or null.</param>
/// <param name="Error">Why nothing comes of it, or null.</param>
internal sealed record DraftWish(DraftContent? Content, int? Restore, int IfVersion, string? Key, DraftPlace? Replaced, SetError? Error)
{
    private const string Keyword = "$draft";
    private static readonly HashSet<string> KnownInCreate = ["email", "client", "key", "replacesEmailId"];
    private static readonly HashSet<string> KnownInUpdate = ["email", "client", "ifVersion", "restoreVersion", "changedElsewhere"];

    /// <summary>The wish if it is none that is refused.</summary>
    public DraftWish Granted => Error is null ? this : throw new SetException(Error);

    public static Task<DraftWish> ToCreateAsync(JmapCall call, MailIndex index, JsonNode? node) => TryAsync(async () =>
    {
        var fields = Fields(node, KnownInCreate);
        var key = fields["key"] switch
        {
            null => null,
            var value when JmapCall.AsText(value) is { Length: > 0 and <= DraftLimits.KeyCharactersMax } name && !name.Any(char.IsControl) => name,
            _ => throw Invalid($"key is a text of at most {DraftLimits.KeyCharactersMax} characters.", "key"),
        };
        var replaced = fields["replacesEmailId"] is { } email ? await ReplacedAsync(call, index, JmapCall.AsText(email)) : null;
        return new DraftWish(await DraftContent.ReadAsync(fields), null, 0, key, replaced, null);
    });

    public static Task<DraftWish> ToUpdateAsync(JsonNode? node) => TryAsync(async () =>
    {
        var fields = Fields(node, KnownInUpdate);
        if (fields["changedElsewhere"] is JsonValue seen && !(seen.TryGetValue<bool>(out var flag) && !flag))
        {
            throw Invalid("changedElsewhere can be set to false: it has been seen.", "changedElsewhere");
        }

        var (ifVersion, restore) = (Number(fields, "ifVersion"), Number(fields, "restoreVersion"));
        var content = fields.ContainsKey("email") || fields.ContainsKey("client") ? await DraftContent.ReadAsync(fields) : null;
        return (content, restore) switch
        {
            (not null, not null) => throw Invalid("A version is either written or restored.", "restoreVersion"),
            (null, null) when fields.ContainsKey("changedElsewhere") => new DraftWish(null, null, ifVersion ?? 0, null, null, null),
            (null, null) => throw Invalid("A change has the whole draft: email, and client if there is something to note.", "email"),
            _ => new DraftWish(content, restore, ifVersion ?? throw Invalid("ifVersion says which version this was made from.", "ifVersion"), null, null, null),
        };
    });

    private static async Task<DraftWish> TryAsync(Func<Task<DraftWish>> read)
    {
        try
        {
            return await read();
        }
        catch (SetException refusal)
        {
            return new DraftWish(null, null, 0, null, null, refusal.Error);
        }
    }

    /// <summary>Only what lies in Drafts goes once the draft is written: a message that serves as a pattern must stay.</summary>
    private static async Task<DraftPlace> ReplacedAsync(JmapCall call, MailIndex index, string? id)
    {
        var account = call.Account();
        var email = await index.EmailAsync(account, id is null ? null : call.Resolve(id), call.Cancelled)
            ?? throw new SetException("emailNotFound", $"There is no message {id}.", "replacesEmailId");
        return email.Keywords.Contains(Keyword) && await IsDraftsAsync(account, index, email, call.Cancelled)
            ? new DraftPlace(email.Id.Mailbox.Name, email.Id.Validity, email.Id.Uid)
            : throw Invalid("A draft goes on with a message in Drafts that has the keyword $draft.", "replacesEmailId");
    }

    private static async Task<bool> IsDraftsAsync(MailAccount account, MailIndex index, Email email, CancellationToken cancellationToken) =>
        (await index.MailboxesAsync(account, cancellationToken)).Mailboxes.Any(row => row.Role == "drafts" && row.Id == email.Id.Mailbox.Key);

    private static JsonObject Fields(JsonNode? node, HashSet<string> known)
    {
        var fields = node as JsonObject ?? throw Invalid("A draft is an object.");
        return fields.FirstOrDefault(field => !known.Contains(field.Key)).Key is { } unknown ? throw Invalid($"{unknown} cannot be set here.", unknown) : fields;
    }

    private static int? Number(JsonObject fields, string name) => fields[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) && number > 0 => number,
        _ => throw Invalid($"{name} is the number of a version.", name),
    };

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
