using System.Text.Json.Nodes;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>The parts of one message as JMAP shows them (RFC 8621 §4.1.4 EmailBodyPart).</summary>
/// <param name="wanted">The properties.</param>
/// <param name="body">The message's.</param>
/// <param name="blobId">The blob id of a part, by its part id.</param>
/// <param name="headers">The header fields of a part, by its part id; only asked if they are wanted.</param>
internal sealed class BodyPartJson(BodyProperties wanted, EmailBody body, Func<string, string> blobId, Func<string, HeaderField[]> headers)
{
    public JsonObject? Structure() => body.Structure is { } root ? Describe(root, withSubParts: true) : null;

    public JsonArray List(IEnumerable<EmailPart> parts)
    {
        var byId = (body.Structure?.All() ?? []).Where(one => one.SubParts is null).ToDictionary(one => one.Part.PartId, StringComparer.Ordinal);
        return new([.. parts.Select(part => Describe(byId.GetValueOrDefault(part.PartId) ?? new EmailStructure(part, null, null, null), withSubParts: false))]);
    }

    private JsonObject Describe(EmailStructure structure, bool withSubParts)
    {
        var described = new JsonObject(wanted.Names.Distinct().Where(name => name != "subParts").Select(name => KeyValuePair.Create(name, Value(structure, name))));
        // A structure without what it consists of would be none.
        if (wanted.Names.Contains("subParts") || (withSubParts && structure.SubParts is not null))
        {
            described["subParts"] = structure.SubParts is { } parts ? new JsonArray([.. parts.Select(part => Describe(part, withSubParts))]) : null;
        }

        return described;
    }

    private JsonNode? Value(EmailStructure structure, string name)
    {
        var part = structure.Part;
        return name switch
        {
            "partId" => structure.SubParts is null ? part.PartId : null,
            "blobId" => structure.SubParts is null ? blobId(part.PartId) : null,
            "size" => part.SizeBytes,
            "name" => part.Name,
            "type" => part.Type,
            "charset" => part.Charset ?? (part.Type.StartsWith("text/", StringComparison.Ordinal) ? "us-ascii" : null),
            "disposition" => part.Disposition,
            "cid" => part.ContentId,
            "language" => structure.Language is { } tags ? new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) : null,
            "location" => structure.Location,
            "headers" => HeaderJson.All(headers(part.PartId)),
            _ => HeaderJson.Value(headers(part.PartId), HeaderProperty.Parse(name)!),
        };
    }
}
