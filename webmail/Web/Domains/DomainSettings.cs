using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;
using Webmail.Web.Config;

namespace Webmail.Web.Domains;

/// <summary>The settings of a domain as JSON: as the administrator writes them, and as they are stored.</summary>
internal static class DomainSettings
{
    private static readonly Dictionary<string, Authentication> Authentications = new(StringComparer.Ordinal)
    {
        ["password"] = Authentication.Password,
        ["plain"] = Authentication.Plain,
        ["login"] = Authentication.Login,
        ["oauthbearer"] = Authentication.OAuthBearer,
    };

    private static readonly Dictionary<string, UserNameForm> UserNames = new(StringComparer.Ordinal)
    {
        ["address"] = UserNameForm.Address,
        ["localPart"] = UserNameForm.LocalPart,
    };

    /// <summary>The settings, or all mistakes at once, each with its key path.</summary>
    public static (MailServers? Servers, IReadOnlyList<string> Mistakes) Read(JsonElement json)
    {
        var mistakes = new List<string>();
        if (json.ValueKind != JsonValueKind.Object)
        {
            return (null, ["the settings must be one JSON object"]);
        }

        var root = new ConfigSection(json, "", mistakes);
        var servers = new MailServers(
            ConfigReader.Server(root.Section("imap")),
            ConfigReader.Server(root.Section("submission")),
            root.Has("sieve") ? ConfigReader.Server(root.Section("sieve")) : null)
        {
            Authentication = root.Has("authentication") ? root.Word("authentication", Authentications) : Authentication.Password,
            UserName = root.Has("userName") ? root.Word("userName", UserNames) : UserNameForm.Address,
            ConnectionsPerAccountMax = root.Has("connectionsPerAccountMax") ? root.Number("connectionsPerAccountMax", 1, MailServers.ConnectionsMax) : null,
            CompressesImap = root.Flag("compressImap", absent: false),
        };
        root.RefuseOthers();
        return mistakes.Count == 0 ? (servers, []) : (null, mistakes);
    }

    public static JsonObject Write(MailServers servers)
    {
        var json = new JsonObject { ["imap"] = Write(servers.Imap), ["submission"] = Write(servers.Submission) };
        if (servers.Sieve is { } sieve)
        {
            json["sieve"] = Write(sieve);
        }

        json["authentication"] = WordOf(servers.Authentication);
        json["userName"] = WordOf(servers.UserName);
        if (servers.ConnectionsPerAccountMax is { } connections)
        {
            json["connectionsPerAccountMax"] = connections;
        }

        if (servers.CompressesImap)
        {
            json["compressImap"] = true;
        }

        return json;
    }

    public static JsonObject Write(MailServerOptions server) => new()
    {
        ["host"] = server.Host,
        ["port"] = server.Port,
        ["tls"] = TlsWords.All.First(word => word.Value == server.Security).Key,
    };

    public static string WordOf(Authentication authentication) => Authentications.First(word => word.Value == authentication).Key;

    public static string WordOf(UserNameForm userName) => UserNames.First(word => word.Value == userName).Key;
}
