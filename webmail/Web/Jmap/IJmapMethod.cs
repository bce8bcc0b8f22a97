using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>One JMAP method. It answers with its own response, or adds responses of other methods it implies.</summary>
internal interface IJmapMethod
{
    string Name { get; }

    Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied);
}

/// <summary>A response under another method's name (RFC 8621 §7.5: EmailSubmission/set may imply Email/set).</summary>
internal sealed record ImpliedResponse(string Name, JsonObject Arguments);
