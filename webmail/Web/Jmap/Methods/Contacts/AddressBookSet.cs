using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>Makes, changes and removes address books (RFC 9610 §2.3).</summary>
internal sealed class AddressBookSet(ContactStore contacts) : IJmapMethod
{
    public string Name => "AddressBook/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var (removeContents, newDefault) = (call.Flag("onDestroyRemoveContents"), call.Text("onSuccessSetIsDefault"));
        var answer = await contacts.SetAsync(
            account,
            "contacts.books.set",
            ContactType.AddressBook,
            call.Text("ifInState"),
            async changes =>
            {
                var oldState = changes.States.Text(ContactType.AddressBook);
                var set = new SetAnswer(account.Id);
                var books = new AddressBookWriter(changes);
                foreach (var (creationId, fields) in create)
                {
                    await set.CreateAsync(creationId, () => books.CreateAsync(fields));
                }

                foreach (var (id, patch) in update)
                {
                    await set.UpdateAsync(id, () => books.UpdateAsync(call.Resolve(id), patch));
                }

                foreach (var id in destroy.Distinct())
                {
                    await set.DestroyAsync(id, () => books.DestroyAsync(call.Resolve(id), removeContents));
                }

                if (newDefault is not null && set.IsComplete)
                {
                    await SetDefaultAsync(books, set, newDefault is ['#', .. var creation] ? set.IdOf(creation) ?? call.Resolve(newDefault) : newDefault);
                }

                return set.ToJson(oldState, changes.States.Text(ContactType.AddressBook));
            },
            call.Cancelled);
        SetAnswer.Remember(call, answer);
        return answer;
    }

    private static async Task SetDefaultAsync(AddressBookWriter books, SetAnswer set, string id)
    {
        if (await books.SetDefaultAsync(id) is { } before)
        {
            set.AddServerSet(before, AddressBookJson.ServerSet(isDefault: false));
            set.AddServerSet(id, AddressBookJson.ServerSet(isDefault: true));
        }
    }
}
