using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Blobs;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>The part with the content that its blob id names.</summary>
internal delegate ValueTask<NewPart> PartFilling(NewPart part, string blobId);

/// <summary>
/// The body of a message to be created (RFC 8621 §4.6): as bodyStructure says, or from a text, an HTML text and attachments, which
/// become what their readers expect.
/// </summary>
internal sealed partial class NewBodyReader(MailIndex index, BlobReader blobs)
{
    private const int PartsMax = 100;
    private const int DepthMax = 10;
    private const int LanguagesMax = 20;

    private static readonly HashSet<string> Known = ["partId", "blobId", "name", "type", "disposition", "cid", "language", "location", "subParts", "charset", "size"];

    public static IReadOnlyList<string> Properties { get; } = ["bodyStructure", "textBody", "htmlBody", "attachments", "bodyValues"];

    public static async Task<NewPart> ReadAsync(JsonObject fields, PartFilling content)
    {
        var reading = new Reading(fields["bodyValues"] as JsonObject ?? [], content);
        if (fields["bodyStructure"] is not { } structure)
        {
            return await AssembledAsync(reading, fields);
        }

        return fields.ContainsKey("textBody") || fields.ContainsKey("htmlBody") || fields.ContainsKey("attachments")
            ? throw Invalid("bodyStructure is the whole body; there is no other beside it.", "bodyStructure")
            : await PartAsync(reading, structure, "bodyStructure", 0);
    }

    /// <summary>What the mail server holds is not read before the message is written.</summary>
    public async ValueTask<NewPart> ContentAsync(MailAccount account, NewPart part, string blobId, CancellationToken cancellationToken)
    {
        if (await index.BlobAsync(account, blobId, cancellationToken) is { } blob)
        {
            return part with { Source = blob };
        }

        var found = await blobs.ReadAsync(account, blobId, cancellationToken)
            ?? throw new SetException(new SetError("blobNotFound", $"The attachment {part.Name} ({blobId}) is not there; attach it again.") { NotFound = [blobId] });
        return part with { Content = found.Content?.Content ?? throw new SetException("tooLarge", $"An attachment has at most {BlobReader.BytesMax} bytes.") };
    }

    private static async Task<NewPart> AssembledAsync(Reading reading, JsonObject fields)
    {
        var text = await TextAsync(reading, fields, "textBody", "text/plain");
        var html = await TextAsync(reading, fields, "htmlBody", "text/html");
        var attachments = new List<NewPart>();
        foreach (var node in fields["attachments"] switch
        {
            null => [],
            JsonArray list => list,
            _ => throw Invalid("attachments must be a list.", "attachments"),
        })
        {
            var part = await PartAsync(reading, node, "attachments", 0);
            attachments.Add(part with { Disposition = part.Disposition ?? (part.ContentId is null ? "attachment" : "inline"), Name = part.Name ?? "attachment" });
        }

        // What the HTML text shows lies beside it (RFC 2387); in the order of RFC 2046 §5.1.4, plainest first.
        NewPart[] shown = html is null ? [] : [.. attachments.Where(part => part is { Disposition: "inline", ContentId: not null })];
        var rich = shown.Length > 0 ? NewPart.Multipart("related", [html!, .. shown]) : html;
        var body = (text, rich) switch
        {
            (null, null) => new NewPart("text/plain") { Text = "" },
            (null, { } only) => only,
            ({ } only, null) => only,
            var (plain, other) => NewPart.Multipart("alternative", plain, other),
        };
        return attachments.Count == shown.Length ? body : NewPart.Multipart("mixed", [body, .. attachments.Except(shown)]);
    }

    private static async Task<NewPart?> TextAsync(Reading reading, JsonObject fields, string property, string type)
    {
        if (fields[property] is null or JsonArray { Count: 0 })
        {
            return null;
        }

        var part = fields[property] is JsonArray { Count: 1 } list ? await PartAsync(reading, list[0], property, 0, type) : null;
        return part?.Type == type ? part : throw Invalid($"{property} must be one part of type {type}.", property);
    }

    private static async Task<NewPart> PartAsync(Reading reading, JsonNode? node, string property, int depth, string? byDefault = null)
    {
        if (node is not JsonObject fields || depth > DepthMax || ++reading.Parts > PartsMax)
        {
            throw Invalid($"A part is an object; there may be {PartsMax} of them, {DepthMax} deep.", property);
        }

        if (fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} of a part cannot be set here.", $"{property}/{unknown}");
        }

        var described = Described(fields, property, byDefault);
        var (partId, blobId) = (JmapCall.AsText(fields["partId"]), JmapCall.AsText(fields["blobId"]));
        if (described.Type.StartsWith("multipart/", StringComparison.Ordinal))
        {
            return fields["subParts"] is JsonArray { Count: > 0 } list && partId is null && blobId is null
                ? described with { Parts = await PartsAsync(reading, list, property, depth + 1) }
                : throw Invalid("A multipart has subParts, and neither partId nor blobId.", property);
        }

        return (partId, blobId, fields["subParts"]) switch
        {
            ({ } id, null, null) when described.Type.StartsWith("text/", StringComparison.Ordinal) => described with { Text = TextOf(reading, id, property) },
            (null, { } id, null) => await reading.Content(described, id),
            _ => throw Invalid("A part has a partId, which is in bodyValues, if it is a text; or a blobId.", property),
        };
    }

    private static async Task<IReadOnlyList<NewPart>> PartsAsync(Reading reading, JsonArray list, string property, int depth)
    {
        var parts = new List<NewPart>();
        foreach (var item in list)
        {
            parts.Add(await PartAsync(reading, item, property, depth));
        }

        return parts;
    }

    private static NewPart Described(JsonObject fields, string property, string? byDefault)
    {
        var isText = fields["partId"] is not null;
        var type = JmapCall.AsText(fields["type"])?.ToLowerInvariant() ?? byDefault ?? (isText ? "text/plain" : "application/octet-stream");
        return new NewPart(MediaType().IsMatch(type) ? type : "application/octet-stream")
        {
            Name = JmapCall.AsText(fields["name"]) is { } name ? NewHeaders.Line(name, property) : null,
            Disposition = JmapCall.AsText(fields["disposition"]) switch
            {
                null => null,
                var word when word.ToLowerInvariant() is "inline" or "attachment" => word.ToLowerInvariant(),
                var other => throw Invalid($"A disposition is inline or attachment, not {other}.", property),
            },
            ContentId = JmapCall.AsText(fields["cid"]) is { } cid ? NewHeaders.MessageIds(new JsonArray(cid), property)[0] : null,
            Language = fields["language"] switch
            {
                null => [],
                JsonArray { Count: <= LanguagesMax } list when list.All(item => JmapCall.AsText(item) is { } tag && LanguageTag().IsMatch(tag)) =>
                    [.. list.Select(item => JmapCall.AsText(item)!)],
                _ => throw Invalid("language is a list of language tags.", property),
            },
            Location = fields["location"] switch
            {
                null => null,
                var value when Uri.TryCreate(NewHeaders.Line(value, property), UriKind.RelativeOrAbsolute, out var uri) => uri,
                _ => throw Invalid("location is an address.", property),
            },
        };
    }

    private static string TextOf(Reading reading, string partId, string property) =>
        reading.Values[partId] is JsonObject value && JmapCall.AsText(value["value"]) is { } text
        && !IsTrue(value["isEncodingProblem"]) && !IsTrue(value["isTruncated"])
            ? text
            : throw Invalid($"The partId {partId} must be in bodyValues, whole.", property);

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);

    [GeneratedRegex("^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$", RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();

    [GeneratedRegex("^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,7}$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();

    private sealed record Reading(JsonObject Values, PartFilling Content)
    {
        public int Parts { get; set; }
    }
}
