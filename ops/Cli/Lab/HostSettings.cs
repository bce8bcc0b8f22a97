namespace Appliance.Cli.Lab;

/// <summary>What the lab changes on the host it runs on, and puts back.</summary>
public static class HostSettings
{
    private const string BpfFs = "/sys/fs/bpf";

    private static readonly (string Path, string Wanted)[] Settings =
    [
        // Each service is a session of its own, and all machines share these processors. Where the kernel shares them out
        // among sessions, the priority of a heartbeat or a store means nothing to the others.
        ("/proc/sys/kernel/sched_autogroup_enabled", "0"),

        // A virtual machine gives freed memory back to its host and stands still while it gets it again: the restart of one
        // of the lab's machines would be a pause of all. No block is as large as this, so none is given back.
        ("/sys/module/page_reporting/parameters/page_reporting_order", "11"),
    ];

    /// <summary>Changes what is not yet as the lab needs it, and remembers what that was.</summary>
    public static void Apply()
    {
        if (!File.ReadAllLines("/proc/self/mounts").Any(line => line.Contains($" {BpfFs} bpf ", StringComparison.Ordinal)))
        {
            Shell.Run("mount", "-t", "bpf", "bpf", BpfFs);
            File.WriteAllText(MountMark, "");
        }

        foreach (var (path, wanted) in Settings.Where(setting => File.Exists(setting.Path)))
        {
            var found = File.ReadAllText(path).Trim();
            if (found != wanted && TryWrite(path, wanted))
            {
                File.WriteAllText(Mark(path), found);
            }
        }
    }

    public static void PutBack()
    {
        if (File.Exists(MountMark))
        {
            Shell.Try("umount", BpfFs);
            File.Delete(MountMark);
        }

        foreach (var (path, _) in Settings.Where(setting => File.Exists(Mark(setting.Path))))
        {
            TryWrite(path, File.ReadAllText(Mark(path)));
            File.Delete(Mark(path));
        }
    }

    private static string MountMark => LabPaths.EtcCommon("bpf-mounted");

    private static string Mark(string path) => LabPaths.EtcCommon(Path.GetFileName(path) + ".before");

    /// <summary>The lab runs without, only less evenly; a container may not be allowed to.</summary>
    private static bool TryWrite(string path, string value)
    {
        try
        {
            File.WriteAllText(path, value);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
