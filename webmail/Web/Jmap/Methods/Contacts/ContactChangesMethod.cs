using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Database;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>AddressBook/changes and ContactCard/changes (RFC 8620 §5.2), for as long as the log of changes goes back.</summary>
internal sealed class ContactChangesMethod(ContactStore contacts, string name, ContactType type) : IJmapMethod
{
    public string Name => name;

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied) => ChangesAnswer.AnswerAsync(
        call,
        (since, idsMax) => contacts.ReadAsync(
            call.Account(), "contacts.changes", async view => new FoundChangedIds(await ChangeReader.ReadAsync(view, type, since, idsMax)), call.Cancelled),
        ChangeReader.Unknown);
}
