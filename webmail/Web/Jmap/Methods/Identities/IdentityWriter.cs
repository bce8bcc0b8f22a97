using System.Text.Json.Nodes;
using Webmail.Mail.Html;
using Webmail.Web.Identities;

namespace Webmail.Web.Jmap.Methods.Identities;

/// <summary>Writes identities within one change of an account.</summary>
internal sealed class IdentityWriter(IdentityChanges changes, string username, HtmlCleaner cleaner)
{
    public async Task<JsonObject> CreateAsync(JsonNode? node)
    {
        var sent = node as JsonObject ?? throw new SetException("invalidProperties", "An identity is an object.");
        if (!string.Equals(JmapCall.AsText(sent["email"]), username, StringComparison.OrdinalIgnoreCase))
        {
            throw sent["email"] is null
                ? new SetException("invalidProperties", "Name the address.", "email")
                : new SetException("forbiddenFrom", $"You may send as {username} only.", "email");
        }

        if (changes.Now.Live().Count() >= IdentityLimits.IdentitiesMax)
        {
            throw new SetException("overQuota", $"An account has at most {IdentityLimits.IdentitiesMax} identities.");
        }

        var before = IdentityJson.Describe(Identity.Default(username) with { Number = changes.Next, Name = "" }, username);
        var wanted = (JsonObject)before.DeepClone();
        foreach (var (property, value) in sent.Where(pair => pair.Key != "email"))
        {
            wanted[property] = value?.DeepClone();
        }

        var made = IdentityJson.Read(wanted, before, cleaner) with { Number = changes.Next };
        await changes.WriteAsync(made);
        return Differences(IdentityJson.Describe(made, username), sent);
    }

    public async Task<JsonObject?> UpdateAsync(string id, JsonNode? patch)
    {
        var found = Find(id);
        var before = IdentityJson.Describe(found, username);
        var wanted = (JsonObject)before.DeepClone();
        PatchObject.Apply(wanted, patch);
        var changed = IdentityJson.Read(wanted, before, cleaner) with { Number = found.Number };
        await changes.WriteAsync(changed);
        return Differences(IdentityJson.Describe(changed, username), wanted) is { Count: > 0 } differences ? differences : null;
    }

    public Task DestroyAsync(string id) => Find(id) is { Number: not IdentityIds.Default } found
        ? changes.DestroyAsync(found)
        : throw new SetException("forbidden", "This identity is the account itself, and stays.");

    private Identity Find(string id) => changes.Find(id) ?? throw new SetException("notFound", $"There is no identity {id}.");

    /// <summary>What is not as it was sent (RFC 8620 §5.3).</summary>
    private static JsonObject Differences(JsonObject stored, JsonObject sent)
    {
        foreach (var property in stored.Where(pair => sent.ContainsKey(pair.Key) && JsonNode.DeepEquals(pair.Value, sent[pair.Key])).Select(pair => pair.Key).ToList())
        {
            stored.Remove(property);
        }

        return stored;
    }
}
