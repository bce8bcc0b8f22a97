using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webmail.Web.Answers;

/// <summary>Writes answers as whole buffers with their length: chunk boundaries would depend on timing.</summary>
internal static class Answer
{
    public const string Json = "application/json";
    private const string Problem = "application/problem+json";

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web);

    public static Task JsonAsync(HttpContext context, JsonNode node) =>
        BytesAsync(context, StatusCodes.Status200OK, Json, JsonSerializer.SerializeToUtf8Bytes(node, Written));

    public static Task ProblemAsync(
        HttpContext context, int status, string title, string detail, string type = ProblemTypes.None, string? limit = null)
    {
        var node = new JsonObject { ["type"] = type, ["title"] = title, ["status"] = status, ["detail"] = detail };
        if (limit is not null)
        {
            node["limit"] = limit;
        }

        return BytesAsync(context, status, Problem, JsonSerializer.SerializeToUtf8Bytes(node, Written));
    }

    public static Task NoContentAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static async Task BytesAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> bytes)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = bytes.Length;
        if (!response.Headers.ContainsKey("Cache-Control"))
        {
            response.Headers.CacheControl = "no-store";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
