using System.Security.Cryptography;

namespace Appliance.Cli.Lab;

/// <summary>Random secrets of this installation, made once, readable by root only.</summary>
public static class Secrets
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int KeyBytes = 32;

    public static string ClusterKeyFile => Make("cluster.key", () => RandomNumberGenerator.GetBytes(KeyBytes));

    public static string DatabasePasswordFile => Make("db.password", Text);

    public static string AdminPasswordFile => Make("admin.password", Text);

    private static byte[] Text() => System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)));

    private static string Make(string name, Func<byte[]> make)
    {
        var path = LabPaths.EtcCommon(name);
        if (!File.Exists(path))
        {
            using var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(make());
        }

        return path;
    }
}
