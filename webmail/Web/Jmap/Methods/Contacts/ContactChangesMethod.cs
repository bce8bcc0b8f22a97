using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>AddressBook/changes and ContactCard/changes (RFC 8620 §5.2), for as long as the log of changes goes back.</summary>
internal sealed class ContactChangesMethod(ContactStore contacts, string name, ContactType type) : IJmapMethod
{
    public string Name => name;

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await contacts.ReadAsync(
            call.Account(), "contacts.changes", async view => new Found(await ChangeReader.ReadAsync(view, type, since, idsMax)), call.Cancelled);
        var changed = found.Changes ?? throw ChangeReader.Unknown(since);
        return ChangesAnswer.Of(call, since, changed.NewState, changed.HasMore, changed.Created, changed.Updated, changed.Destroyed);
    }

    private sealed record Found(ChangedIds? Changes);
}
