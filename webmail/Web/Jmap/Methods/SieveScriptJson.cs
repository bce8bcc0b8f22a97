using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Web.Jmap.Methods;

/// <summary>A script as JMAP shows it (RFC 9661 §2).</summary>
internal static class SieveScriptJson
{
    public static JsonObject Describe(Script script) => new()
    {
        ["id"] = script.Id,
        ["name"] = script.Name,
        ["blobId"] = script.BlobId,
        ["isActive"] = script.IsActive,
    };

    /// <summary>Of all scripts, in whatever order.</summary>
    public static string State(IEnumerable<Script> scripts) =>
        StateText.Of(scripts.OrderBy(script => script.Id, StringComparer.Ordinal)
            .Select(script => $"{script.Id}\0{script.Name}\0{script.BlobId}\0{script.IsActive}"));

    public static SetError Refused(ScriptOutcome outcome) =>
        new(outcome.Refusal!, outcome.Description ?? "", outcome.Refusal == "invalidProperties" ? ["name"] : [])
        {
            ExistingId = outcome.Refusal == "alreadyExists" ? outcome.Id : null,
        };
}
