using System.Globalization;

namespace Tests.Unit.Webmail.Servers;

/// <summary>A server's process with all that it has started: a master that is frozen alone leaves its workers answering.</summary>
internal static class ProcessTree
{
    /// <summary>The master first, so that it starts nothing more.</summary>
    public static void Freeze(int master)
    {
        Signal("-STOP", [master]);
        Signal("-STOP", Below(master));
    }

    public static void Thaw(int master) => Signal("-CONT", [.. Below(master), master]);

    public static void Kill(int master)
    {
        Freeze(master);
        Signal("-KILL", [.. Below(master), master]);
    }

    private static void Signal(string signal, IEnumerable<int> processes) =>
        ServerProcess.Run("kill", [signal, .. processes.Select(process => process.ToString(CultureInfo.InvariantCulture))]);

    private static IReadOnlyList<int> Below(int process) =>
    [
        .. File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).SelectMany(child => Below(child).Append(child)),
    ];
}
