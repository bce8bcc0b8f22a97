using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

internal sealed class AddressBookGet(ContactStore contacts) : IJmapMethod
{
    public string Name => "AddressBook/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var properties = call.Texts("properties");
        var found = await contacts.ReadAsync(
            call.Account(),
            "contacts.books",
            async view => new Found(
                view.States.Text(ContactType.AddressBook),
                view.States.DefaultBook,
                await view.ListAsync(AddressBook.Read, $"SELECT {AddressBook.Columns} FROM address_book WHERE account = $1 ORDER BY sort_order, name, id")),
            call.Cancelled);
        return Selected.Answer(
            call, found.State, found.Books.Select(book => AddressBookJson.Describe(book, found.DefaultBook)), ids, properties);
    }

    private sealed record Found(string State, long DefaultBook, IReadOnlyList<AddressBook> Books);
}
