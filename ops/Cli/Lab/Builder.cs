using System.Security.Cryptography;
using System.Text;
using Appliance.Cli.Services;

namespace Appliance.Cli.Lab;

/// <summary>Builds what runs, only where sources changed since the last time.</summary>
public static class Builder
{
    private static readonly string[] Shared =
        ["Directory.Build.props", "Directory.Packages.props", ".editorconfig", "splice/Wire", "splice/Store"];

    // The build of the tests has analyzers judge it: once is enough, they are a fifth of the time.
    private const string Tested = "-p:RunAnalyzers=false";
    private static readonly string[] SkippedFolders = ["bin", "obj", "node_modules", "wwwroot"];

    /// <summary>Returns the names of what was built.</summary>
    public static IReadOnlyList<string> Build(Action<string> progress)
    {
        var built = new List<string>();
        Step("spliced.o", ["splice/kernel"], () => Shell.Run("splice/kernel/build".Rooted(), Path.Combine(LabPaths.App("spliced"), "splice.bpf.o")));
        Step("spliced", ["splice/Daemon", .. Shared], () => Publish("splice/Daemon", "spliced", more: Tested));
        Step("client", ["webmail/Client"], BuildClient);
        Step("webmail", ["webmail/Web", "webmail/Contacts", "webmail/Mail", "webmail/Client", "splice/Hooks", .. Shared], () => Publish("webmail/Web", "webmail", more: Tested));
        Step("hello", ["samples/HelloSplice", "splice/Hooks", .. Shared], () => Publish("samples/HelloSplice", SampleServices.Name));
        Step("admin", ["ops/Admin", .. Shared], () => Publish("ops/Admin", "admin"));
        return built;

        void Step(string name, string[] sources, Action build)
        {
            Directory.CreateDirectory(LabPaths.App("spliced"));
            var stamp = Path.Combine(LabPaths.App(""), name + ".stamp");
            var fingerprint = Fingerprint(sources);
            if (File.Exists(stamp) && File.ReadAllText(stamp) == fingerprint)
            {
                return;
            }

            progress($"building {name}");
            build();
            File.WriteAllText(stamp, fingerprint);
            built.Add(name);
        }
    }

    /// <summary>Another build of the sample: what it journals is not continued by the one that runs, nor the other way round.</summary>
    /// <returns>The folder it is in.</returns>
    public static string BuildNextSample()
    {
        var name = $"{SampleServices.Name}-next";
        Publish("samples/HelloSplice", name, "build-next", "-p:Version=2.0.0");
        return LabPaths.App(name);
    }

    private static void Publish(string project, string name, string artifacts = "build", params string[] more) =>
        // Compiled ahead of time: a backend that has just come back must not spend its first handover on the JIT.
        Shell.Run("dotnet",
        [
            "publish", project.Rooted(), "-c", "Release", "-o", LabPaths.App(name), "-p:PublishReadyToRun=true",
            "--artifacts-path", Path.Combine(LabPaths.Var, artifacts), "-nologo", "-v", "quiet", .. more,
        ]);

    private static void BuildClient()
    {
        if (File.Exists("webmail/Client/package.json".Rooted()))
        {
            Shell.Run("npm", "--prefix", "webmail/Client".Rooted(), "ci", "--no-audit", "--no-fund", "--loglevel=error");
            Shell.Run("npm", "--prefix", "webmail/Client".Rooted(), "run", "build", "--silent");
        }
    }

    private static string Rooted(this string path) => Path.Combine(LabPaths.Root, path);

    private static string Fingerprint(IEnumerable<string> sources)
    {
        var text = new StringBuilder();
        foreach (var file in sources.SelectMany(source => FilesOf(source.Rooted())).Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(file);
            text.Append(file).Append(' ').Append(info.Length).Append(' ').Append(info.LastWriteTimeUtc.Ticks).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> FilesOf(string path) =>
        File.Exists(path)
            ? [path]
            : Directory.EnumerateFiles(path).Concat(
                Directory.EnumerateDirectories(path).Where(folder => !SkippedFolders.Contains(Path.GetFileName(folder))).SelectMany(FilesOf));
}
