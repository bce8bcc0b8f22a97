using System.Text.Json.Nodes;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What is to be made or changed about a script.</summary>
/// <param name="Name">Null to keep it, or for one of the server's choice.</param>
/// <param name="BlobId">Of its content; null to keep it.</param>
internal sealed record SieveScriptPatch(string? Name, string? BlobId)
{
    /// <param name="node">The properties.</param>
    /// <param name="current">The script to be changed; null if it is to be made.</param>
    public static SieveScriptPatch Read(JsonNode? node, Script? current)
    {
        var patch = new SieveScriptPatch(null, null);
        foreach (var (property, value) in node as JsonObject ?? throw new SetException("invalidProperties", "A script is an object."))
        {
            patch = property switch
            {
                "name" when value is null && current is null => patch,
                "name" => patch with { Name = NameOf(value) },
                "blobId" => patch with { BlobId = JmapCall.AsText(value) ?? throw Invalid("blobId must be a text.", property) },
                // The server's own properties may be sent back as they are (RFC 8620 §5.3).
                "id" when current is not null && JmapCall.AsText(value) == current.Id => patch,
                "isActive" when value is JsonValue flag && flag.TryGetValue<bool>(out var active) && active == (current?.IsActive ?? false) => patch,
                "isActive" => throw Invalid("Activate a script with onSuccessActivateScript.", property),
                _ => throw Invalid($"{property} of a script cannot be set.", property),
            };
        }

        return patch;
    }

    private static string NameOf(JsonNode? value) => JmapCall.AsText(value) switch
    {
        { } name when ScriptName.IsReserved(name) => throw Invalid($"The name {name} is the webmail's own.", "name"),
        { } name when ScriptName.IsValid(name) => name,
        _ => throw Invalid($"A name has 1 to {SieveLimits.NameBytesMax} bytes and no control characters.", "name"),
    };

    private static SetException Invalid(string description, string property) => new("invalidProperties", description, property);
}
