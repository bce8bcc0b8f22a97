using System.Text.RegularExpressions;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>
/// Starts a service as its own user with the nice value and the capabilities that its systemd unit names and no others: what the
/// lab's tests find to be enough is what an installation gets.
/// </summary>
public static partial class LeastPrivilege
{
    /// <summary>The command behind what takes everything else away.</summary>
    /// <param name="user">System user of the service, made if missing.</param>
    /// <param name="unit">File in <c>ops/systemd</c>.</param>
    /// <param name="command">Program and arguments.</param>
    public static IReadOnlyList<string> Wrap(string user, string unit, params string[] command)
    {
        var text = File.ReadAllText(Path.Combine(LabPaths.Root, "ops", "systemd", unit));
        var capabilities = string.Concat(Capabilities(text).Select(capability => $",+{capability["CAP_".Length..].ToLowerInvariant()}"));
        return
        [
            .. Nice().Match(text) is { Success: true } nice ? ["nice", "-n", nice.Groups[1].Value] : Array.Empty<string>(),
            "setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--no-new-privs",
            $"--inh-caps=-all{capabilities}", $"--ambient-caps=-all{capabilities}", $"--bounding-set=-all{capabilities}",
            .. command,
        ];
    }

    public static void MakeUser(string user)
    {
        if (Shell.Try("id", "-u", user).Exit != 0)
        {
            Shell.Run("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", user);
        }
    }

    /// <summary>Lets the user read a secret that root owns.</summary>
    public static void LetRead(string user, string file)
    {
        Shell.Run("chgrp", user, file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    /// <summary>Gives the user a folder of its own.</summary>
    public static void Give(string user, string folder) => Shell.Run("chown", "-R", $"{user}:{user}", folder);

    /// <summary>Capabilities that a unit gives its service, as in <c>CAP_NET_ADMIN</c>.</summary>
    public static IReadOnlyList<string> Capabilities(string unitText) => AmbientCapabilities().Match(unitText).Groups[1].Value.Split(' ');

    [GeneratedRegex(@"^AmbientCapabilities=(.+)$", RegexOptions.Multiline)]
    private static partial Regex AmbientCapabilities();

    [GeneratedRegex(@"^Nice=(.+)$", RegexOptions.Multiline)]
    private static partial Regex Nice();
}
