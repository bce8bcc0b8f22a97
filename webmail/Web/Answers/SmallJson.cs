using System.Text.Json;

namespace Webmail.Web.Answers;

/// <summary>The JSON object of a request that says little.</summary>
internal static class SmallJson
{
    private const int BytesMax = 16 * 1024;
    private const int DepthMax = 4;

    /// <summary>Null if it is too large, broken, or no object.</summary>
    public static async Task<JsonElement?> ReadAsync(HttpContext context)
    {
        if (await RequestBytes.ReadAsync(context, BytesMax) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DepthMax });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null if it is absent, no text, or no Unicode.</summary>
    public static string? Text(this JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
