using System.Text.Json.Nodes;
using Webmail.Mail.Servers.Discovery;
using Webmail.Mail.Servers.Probing;

namespace Webmail.Web.Domains;

/// <summary>What was found out about servers, as JSON.</summary>
internal static class DomainReport
{
    public static JsonObject Of(ProbeResult result)
    {
        var json = DomainSettings.Write(result.Server);
        json["ok"] = result.Problem is null;
        json["problem"] = result.Problem;
        json["signedIn"] = result.IsSignedIn;
        json["milliseconds"] = (int)result.Took.TotalMilliseconds;
        json["words"] = Texts(result.Words);
        json["capabilities"] = Texts(result.Capabilities);
        return json;
    }

    public static JsonObject Of(DiscoveryResult result) => new()
    {
        ["settings"] = result.Servers is { } servers ? DomainSettings.Write(servers) : null,
        ["found"] = new JsonArray([.. result.Found.Select(Of)]),
        ["problems"] = Texts(result.Problems),
    };

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Of(FoundServer found)
    {
        var json = DomainSettings.Write(found.Server);
        json["for"] = found.Kind.ToString().ToLowerInvariant();
        json["source"] = found.Source;
        if (found.Authentication is { } authentication)
        {
            json["authentication"] = DomainSettings.WordOf(authentication);
        }

        if (found.UserName is { } userName)
        {
            json["userName"] = DomainSettings.WordOf(userName);
        }

        return json;
    }
}
