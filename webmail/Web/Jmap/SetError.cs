using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>Why one object of a Foo/set was not changed (RFC 8620 §5.3).</summary>
internal sealed record SetError(string Type, string Description, params string[] Properties)
{
    /// <summary>Of the object that is in the way (alreadyExists).</summary>
    public string? ExistingId { get; init; }

    /// <summary>Blob ids that are not there (blobNotFound, RFC 8621 §4.6).</summary>
    public IReadOnlyList<string> NotFound { get; init; } = [];

    /// <summary>Ours: the object as it is, and where what was sent is kept (versionMismatch).</summary>
    public JsonObject? Current { get; init; }

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["type"] = Type, ["description"] = Description };
        if (ExistingId is not null)
        {
            json["existingId"] = ExistingId;
        }

        foreach (var (name, value) in Current ?? [])
        {
            json[name] = value?.DeepClone();
        }

        if (NotFound.Count > 0)
        {
            json["notFound"] = new JsonArray([.. NotFound.Select(id => (JsonNode)id)]);
        }

        if (Properties.Length > 0)
        {
            json["properties"] = new JsonArray([.. Properties.Select(property => (JsonNode)property)]);
        }

        return json;
    }
}

/// <summary>An object of a Foo/set is refused; the others go on.</summary>
internal sealed class SetException(SetError error) : Exception(error.Description)
{
    public SetException(string type, string description, params string[] properties)
        : this(new SetError(type, description, properties))
    {
    }

    public SetError Error => error;
}
