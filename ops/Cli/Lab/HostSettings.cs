namespace Appliance.Cli.Lab;

/// <summary>What the lab changes on the host it runs on, and puts back.</summary>
public static class HostSettings
{
    private const string BpfFs = "/sys/fs/bpf";
    private const string SessionGroups = "/proc/sys/kernel/sched_autogroup_enabled";

    /// <summary>Changes what is not yet as the lab needs it, and remembers what that was.</summary>
    public static void Apply()
    {
        if (!File.ReadAllLines("/proc/self/mounts").Any(line => line.Contains($" {BpfFs} bpf ", StringComparison.Ordinal)))
        {
            Shell.Run("mount", "-t", "bpf", "bpf", BpfFs);
            File.WriteAllText(MountMark, "");
        }

        // Each service is a session of its own, and all machines share these processors. Where the kernel shares them out
        // among sessions, the priority of a heartbeat or a store means nothing to the others.
        if (File.Exists(SessionGroups) && File.ReadAllText(SessionGroups).Trim() != "0")
        {
            File.WriteAllText(SessionGroupsMark, File.ReadAllText(SessionGroups));
            File.WriteAllText(SessionGroups, "0");
        }
    }

    public static void PutBack()
    {
        if (File.Exists(MountMark))
        {
            Shell.Try("umount", BpfFs);
            File.Delete(MountMark);
        }

        if (File.Exists(SessionGroupsMark))
        {
            File.WriteAllText(SessionGroups, File.ReadAllText(SessionGroupsMark));
            File.Delete(SessionGroupsMark);
        }
    }

    private static string MountMark => LabPaths.EtcCommon("bpf-mounted");

    private static string SessionGroupsMark => LabPaths.EtcCommon("sched-autogroup");
}
