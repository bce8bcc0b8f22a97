using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>AddressBook/changes and ContactCard/changes (RFC 8620 §5.2), for as long as the log of changes goes back.</summary>
internal sealed class ContactChangesMethod(ContactStore contacts, string name, ContactType type) : IJmapMethod
{
    public string Name => name;

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState must be given.");
        var idsMax = call.Number("maxChanges");
        if (idsMax <= 0)
        {
            throw new MethodException("invalidArguments", "maxChanges must be greater than 0.");
        }

        var found = await contacts.ReadAsync(
            call.Account(), "contacts.changes", async view => new Found(await ChangeReader.ReadAsync(view, type, since, idsMax)), call.Cancelled);
        var changed = found.Changes ?? throw ChangeReader.Unknown(since);
        return new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldState"] = changed.OldState,
            ["newState"] = changed.NewState,
            ["hasMoreChanges"] = changed.HasMore,
            ["created"] = Texts(changed.Created),
            ["updated"] = Texts(changed.Updated),
            ["destroyed"] = Texts(changed.Destroyed),
        };
    }

    private static JsonArray Texts(string[] ids) => new([.. ids.Select(id => (JsonNode)id)]);

    private sealed record Found(ChangedIds? Changes);
}
