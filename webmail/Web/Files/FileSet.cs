using System.Security.Cryptography;

namespace Webmail.Web.Files;

/// <summary>One file of the browser application, in memory, with the hash of its content as its tag.</summary>
internal sealed record AppFile(string Type, byte[] Content, string Tag);

/// <summary>The browser application as it was built; read once, so that every answer is a function of the build.</summary>
internal sealed class FileSet(IReadOnlyDictionary<string, AppFile> files)
{
    private const long FileBytesMax = 32L * 1024 * 1024;

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".map"] = "application/json",
    };

    public AppFile? Find(string path) => files.GetValueOrDefault(path);

    public static FileSet Load(string folder)
    {
        var files = new Dictionary<string, AppFile>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Length <= FileBytesMax))
            {
                var content = File.ReadAllBytes(file.FullName);
                var path = "/" + Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');
                var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"";
                files[path] = new AppFile(Types.GetValueOrDefault(file.Extension, "application/octet-stream"), content, tag);
            }
        }

        return new FileSet(files);
    }
}
