using System.Text.Json.Nodes;
using Webmail.Web.Index;
using Webmail.Web.Jmap;

namespace Webmail.Web.Jobs;

/// <summary>A filter as a job keeps it: as its client wrote it.</summary>
internal static class JobFilter
{
    /// <exception cref="MethodException">It is none, or one that the mail server cannot search by.</exception>
    public static EmailFilter? Parse(string? json)
    {
        var filter = json is null ? null : EmailFilter.Read(JsonNode.Parse(json) as JsonObject);
        return filter?.Contents.FirstOrDefault(condition => EmailSearchQuery.Of(condition) is null) is { } condition
            ? throw new MethodException("unsupportedFilter", $"{condition.Name} cannot select what a job changes.")
            : filter;
    }
}
