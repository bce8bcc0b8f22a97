using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>An address book as it is stored.</summary>
internal sealed record AddressBook(long Id, string Name, string? Description, int SortOrder, bool IsSubscribed)
{
    public const string Columns = "id, name, description, sort_order, is_subscribed";

    public static AddressBook Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt32(3), row.GetBoolean(4));
}

/// <summary>An address book as JMAP shows it (RFC 9610 §2).</summary>
internal static class AddressBookJson
{
    private const int NameBytesMax = 255;
    private const int DescriptionCharactersMax = 4000;

    public static JsonObject Describe(AddressBook book, long defaultBook)
    {
        var json = new JsonObject
        {
            ["id"] = ContactIds.OfBook(book.Id),
            ["name"] = book.Name,
            ["description"] = book.Description,
            ["sortOrder"] = book.SortOrder,
            ["isSubscribed"] = book.IsSubscribed,
            ["shareWith"] = null,
        };
        foreach (var (name, value) in ServerSet(book.Id == defaultBook))
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }

    /// <summary>The default address book cannot be destroyed: there is always one.</summary>
    public static JsonObject ServerSet(bool isDefault) => new()
    {
        ["isDefault"] = isDefault,
        ["myRights"] = new JsonObject { ["mayRead"] = true, ["mayWrite"] = true, ["mayShare"] = false, ["mayDelete"] = !isDefault },
    };

    /// <summary>Reads what a client wants an address book to be.</summary>
    /// <param name="json">All properties.</param>
    /// <param name="before">What it is now, or would be by default: what the server sets must be left so.</param>
    public static AddressBook Read(JsonObject json, JsonObject before)
    {
        foreach (var (property, value) in json)
        {
            if (!before.ContainsKey(property))
            {
                throw Invalid($"An address book has no property {property}.", property);
            }

            if (property == "shareWith" && value is not null)
            {
                throw new SetException("forbidden", "Address books cannot be shared here.");
            }

            if (property is "id" or "isDefault" or "myRights" && !JsonNode.DeepEquals(value, before[property]))
            {
                throw Invalid($"{property} is set by the server.", property);
            }
        }

        return new AddressBook(
            0,
            JmapCall.AsText(json["name"]) is { Length: > 0 } name && Encoding.UTF8.GetByteCount(name) <= NameBytesMax && !name.Contains('\0', StringComparison.Ordinal)
                ? name
                : throw Invalid($"name must be a text of 1 to {NameBytesMax} bytes.", "name"),
            json["description"] is null ? null
                : JmapCall.AsText(json["description"]) is { Length: <= DescriptionCharactersMax } description && !description.Contains('\0', StringComparison.Ordinal) ? description
                : throw Invalid($"description must be a text of at most {DescriptionCharactersMax} characters.", "description"),
            json["sortOrder"] is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<int>(out var order) && order >= 0
                ? order
                : throw Invalid("sortOrder must be a whole number from 0 to 2147483647.", "sortOrder"),
            json["isSubscribed"]?.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Invalid("isSubscribed must be true or false.", "isSubscribed"),
            });
    }

    private static SetException Invalid(string description, string property) => new("invalidProperties", description, property);
}
