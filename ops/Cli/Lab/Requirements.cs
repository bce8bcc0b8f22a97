namespace Appliance.Cli.Lab;

/// <summary>What the machine must offer; each lack is one sentence with the next step.</summary>
public static class Requirements
{
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

        // The setting is shown only in the machine's first network namespace, so not in a container; the symbol is everywhere.
        if (!File.Exists("/proc/sys/net/core/bpf_jit_enable")
            && !File.ReadLines("/proc/kallsyms").Any(line => line.EndsWith(" bpf_jit_binary_alloc", StringComparison.Ordinal)))
        {
            throw new RequirementException("this kernel has no eBPF JIT; the splice needs Linux 6.1 or newer with CONFIG_BPF_JIT");
        }
    }
}
