using System.Text;
using System.Text.Json.Nodes;

namespace Tests.Lab.Replay;

/// <summary>The requests about contacts that are replayed.</summary>
internal static class ContactCases
{
    private const string VCards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Imported\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD\r\n";
    private const string Csv = "Given Name,E-mail 1 - Value\r\nImported,imported@example.com\r\n";

    public static IReadOnlyList<ReplayCase> All { get; } =
    [
        Method("AddressBook/get", _ => new JsonObject { ["ids"] = null }),
        Method("AddressBook/changes", mailbox => new JsonObject { ["sinceState"] = mailbox.ContactState }),
        Method("ContactCard/get", mailbox => new JsonObject { ["ids"] = new JsonArray(mailbox.Card, "c0") }),
        Method("ContactCard/changes", mailbox => new JsonObject { ["sinceState"] = mailbox.ContactState }),
        Method("ContactCard/query", mailbox => Query(mailbox)),
        Method("ContactCard/queryChanges", mailbox => Query(mailbox, ("sinceQueryState", mailbox.ContactState))),
        Method("AddressBook/set", mailbox => new JsonObject
        {
            ["update"] = new JsonObject { [mailbox.AddressBook] = new JsonObject { ["description"] = "changed" }, ["k0"] = new JsonObject() },
        }) with { Acts = true },
        Method("ContactCard/set", mailbox => new JsonObject
        {
            ["create"] = new JsonObject { ["a"] = mailbox.Contact("created"), ["wrong"] = new JsonObject() },
            ["update"] = new JsonObject { [mailbox.Card] = new JsonObject { ["keywords"] = new JsonObject { ["x"] = true } } },
            ["destroy"] = new JsonArray("c0"),
        }) with { Acts = true },
        new("import of vCards", 200, mailbox => Import(mailbox, "text/vcard", VCards)) { Acts = true },
        new("import of CSV", 200, mailbox => Import(mailbox, "text/csv", Csv)) { Acts = true },
        new("import for nobody", 401, _ => ReplayRequest.Of("POST", "/contacts/import", ReplayRequest.SameOrigin, "x"u8)),
        new("export of vCards", 200, mailbox => Export(mailbox, "vcard")) { Acts = true },
        new("export of CSV", 200, mailbox => Export(mailbox, "csv")) { Acts = true },
        new("export of no address book", 404, _ => ReplayRequest.Of("GET", "/contacts/export?addressBook=k0", ReplayRequest.Alice)),
    ];

    private static ReplayCase Method(string name, Func<ReplayMailbox, JsonObject> arguments) =>
        new(name, 200, mailbox => ReplayRequest.Jmap([mailbox.Call(name, arguments(mailbox))]));

    private static JsonObject Query(ReplayMailbox mailbox, params (string Name, string Value)[] more)
    {
        var query = new JsonObject
        {
            ["filter"] = new JsonObject { ["inAddressBook"] = mailbox.AddressBook, ["text"] = "card" },
            ["sort"] = new JsonArray(new JsonObject { ["property"] = "name/surname" }),
            ["calculateTotal"] = true,
        };
        foreach (var (name, value) in more)
        {
            query[name] = value;
        }

        return query;
    }

    private static byte[] Import(ReplayMailbox mailbox, string type, string file) => ReplayRequest.Of(
        "POST", $"/contacts/import?addressBook={mailbox.AddressBook}", $"{ReplayRequest.Alice}Content-Type: {type}\r\n", Encoding.UTF8.GetBytes(file));

    private static byte[] Export(ReplayMailbox mailbox, string format) =>
        ReplayRequest.Of("GET", $"/contacts/export?addressBook={mailbox.AddressBook}&format={format}", ReplayRequest.Alice);
}
