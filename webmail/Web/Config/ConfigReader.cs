using System.Text.Json;
using Webmail.Mail.Imap;

namespace Webmail.Web.Config;

/// <summary>Reads and checks the whole configuration file before anything starts.</summary>
public static class ConfigReader
{
    /// <summary>The configuration, or all mistakes at once, each with its key path.</summary>
    public static (WebmailConfig? Config, IReadOnlyList<string> Mistakes) Read(string json)
    {
        var mistakes = new List<string>();
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            root = document.RootElement.Clone();
        }
        catch (JsonException broken)
        {
            return (null, [$"the file is not JSON: {broken.Message}"]);
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, ["the file must hold one JSON object"]);
        }

        var config = Read(new ConfigSection(root, "", mistakes));
        CheckFiles(config, mistakes);
        return mistakes.Count == 0 ? (config, []) : (null, mistakes);
    }

    private static WebmailConfig Read(ConfigSection root)
    {
        var config = new WebmailConfig(
            root.Text("name"),
            root.OneOrMoreEndpoints("listen"),
            Splice(root),
            Server(root.Section("imap")),
            Server(root.Section("submission")),
            root.Has("sieve") ? Server(root.Section("sieve")) : null,
            Database(root.Section("database")))
        {
            TrustedAuthenticationServers = root.Has("trustedAuthenticationServers") ? root.Texts("trustedAuthenticationServers") : [],
            Admin = root.Has("admin") ? Admin(root.Section("admin")) : null,
        };
        root.RefuseOthers();
        return config;
    }

    private static SpliceConfig Splice(ConfigSection root)
    {
        if (!root.Has("splice"))
        {
            return new SpliceConfig(false, false, "", [], []);
        }

        var splice = root.Section("splice");
        var enabled = splice.Flag("enabled", absent: true);
        var config = new SpliceConfig(
            enabled,
            splice.Flag("journal", absent: true),
            enabled ? splice.Text("clusterKeyFile") : splice.OptionalText("clusterKeyFile") ?? "",
            enabled || splice.Has("stores") ? [.. splice.Sections("stores").Select(Store)] : [],
            enabled || splice.Has("proxies") ? splice.Endpoints("proxies") : []);
        splice.RefuseOthers();
        return config;
    }

    private static StoreConfig Store(ConfigSection section)
    {
        var store = new StoreConfig(section.Text("name"), section.Endpoint("endpoint"));
        section.RefuseOthers();
        return store;
    }

    internal static MailServerOptions Server(ConfigSection section)
    {
        var server = new MailServerOptions(section.Host("host"), section.Port("port"), section.Word("tls", TlsWords.All));
        section.RefuseOthers();
        return server;
    }

    private static AdminConfig Admin(ConfigSection section)
    {
        var admin = new AdminConfig(
            section.Text("socket"), section.Flag("discoverInternal", absent: false), section.Has("nameServer") ? section.Endpoint("nameServer") : null);
        section.RefuseOthers();
        return admin;
    }

    private static DatabaseConfig Database(ConfigSection section)
    {
        var database = new DatabaseConfig(
            section.Text("host"), section.Port("port"), section.Text("name"), section.Text("user"), section.OptionalText("passwordFile"));
        section.RefuseOthers();
        return database;
    }

    private static void CheckFiles(WebmailConfig config, List<string> mistakes)
    {
        Check("splice.clusterKeyFile", config.Splice.ClusterKeyFile);
        Check("database.passwordFile", config.Database.PasswordFile ?? "");
        if (config.Admin is { Socket.Length: > 0 } admin && Path.GetDirectoryName(Path.GetFullPath(admin.Socket)) is { } folder && !Directory.Exists(folder))
        {
            mistakes.Add($"admin.socket: the folder {folder} does not exist; create it or correct the path");
        }

        void Check(string path, string file)
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                mistakes.Add($"{path}: the file {file} does not exist or may not be read; create it or correct the path");
            }
        }
    }
}
