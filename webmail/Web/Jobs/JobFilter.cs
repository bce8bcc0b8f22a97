using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jobs;

/// <summary>A filter as a job keeps it: as its client wrote it.</summary>
internal static class JobFilter
{
    public static EmailFilter? Parse(string? json) => json is null ? null : EmailFilter.Read(JsonNode.Parse(json) as JsonObject);
}
