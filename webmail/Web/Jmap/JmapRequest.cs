using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>One call as it was sent.</summary>
internal sealed record Invocation(string Name, JsonObject Arguments, string CallId);

/// <summary>A parsed request (RFC 8620 §3.3).</summary>
internal sealed record JmapRequest(IReadOnlyList<Invocation> Calls, Dictionary<string, string> CreatedIds, bool ReturnsCreatedIds)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>The request, or why it is refused as a whole.</summary>
    public static (JmapRequest? Request, RequestError? Error) Parse(ReadOnlySpan<byte> json)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // InvalidOperation: half a surrogate pair in a name.
            return (null, new RequestError("notJSON", broken.Message));
        }

        if (root is not JsonObject fields || fields["using"] is not JsonArray used || fields["methodCalls"] is not JsonArray calls)
        {
            return (null, new RequestError("notRequest", "A request is an object with \"using\" and \"methodCalls\"."));
        }

        if (used.FirstOrDefault(item => JmapCall.AsText(item) is not { } text || !Capabilities.Knows(text)) is { } unknown)
        {
            return (null, new RequestError("unknownCapability", $"This server does not know {unknown}."));
        }

        if (calls.Count > JmapLimits.CallsMax)
        {
            return (null, new RequestError("limit", $"At most {JmapLimits.CallsMax} calls in a request.", "maxCallsInRequest"));
        }

        return Parse(fields, calls);
    }

    private static (JmapRequest? Request, RequestError? Error) Parse(JsonObject fields, JsonArray calls)
    {
        var invocations = new List<Invocation>();
        foreach (var call in calls)
        {
            if (call is not JsonArray { Count: 3 } parts || JmapCall.AsText(parts[0]) is not { } name
                || parts[1] is not JsonObject arguments || JmapCall.AsText(parts[2]) is not { } callId)
            {
                return (null, new RequestError("notRequest", "A call is a list of name, arguments object and call id."));
            }

            invocations.Add(new Invocation(name, arguments, callId));
        }

        var created = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in fields["createdIds"] as JsonObject ?? [])
        {
            created[key] = JmapCall.AsText(value) ?? "";
        }

        return (new JmapRequest(invocations, created, fields["createdIds"] is JsonObject), null);
    }
}

/// <summary>A request-level error (RFC 8620 §3.6.1).</summary>
internal sealed record RequestError(string Type, string Detail, string? Limit = null);
