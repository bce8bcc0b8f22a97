namespace Appliance.Cli.Lab;

/// <summary>What the machine must offer; each lack is one sentence with the next step.</summary>
public static class Requirements
{
    private const string BpfFs = "/sys/fs/bpf";

    public static void Check()
    {
        if (Environment.UserName != "root")
        {
            throw new RequirementException("needs root for namespaces and eBPF; run: sudo ops/appliance up");
        }

        if (Directory.Exists("/proc/sys/net/ipv4") is false)
        {
            throw new RequirementException("/proc is not mounted; mount it first");
        }

        if (!File.Exists("/proc/sys/net/core/bpf_jit_enable"))
        {
            throw new RequirementException("this kernel has no eBPF JIT; the splice needs Linux 6.1 or newer with CONFIG_BPF_JIT");
        }
    }

    /// <summary>Mounts bpffs if nobody has, and remembers that it was us.</summary>
    public static void MountBpf()
    {
        if (!Mounts().Any(line => line.Contains($" {BpfFs} bpf ", StringComparison.Ordinal)))
        {
            Shell.Run("mount", "-t", "bpf", "bpf", BpfFs);
            File.WriteAllText(MountMark, "");
        }
    }

    public static void UnmountBpf()
    {
        if (File.Exists(MountMark))
        {
            Shell.Try("umount", BpfFs);
            File.Delete(MountMark);
        }
    }

    private static string MountMark => LabPaths.EtcCommon("bpf-mounted");

    private static string[] Mounts() => File.ReadAllLines("/proc/self/mounts");
}
