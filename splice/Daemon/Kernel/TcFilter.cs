using System.Runtime.CompilerServices;

namespace Splice.Daemon.Kernel;

/// <summary>One place where a program is attached: a device and a direction, always with the same handle and priority.</summary>
/// <remarks>The fixed place makes replacing a program one atomic step: no packet passes without one.</remarks>
internal sealed unsafe class TcFilter(string device, uint attachPoint)
{
    private const uint Handle = 1;
    private const uint Priority = 1;

    private readonly uint _ifindex = KernelDevice.IfIndex(device);

    /// <summary>Whether there is a program in this place.</summary>
    public bool IsAttached()
    {
        var hook = Hook();
        var options = Options();
        var attached = LibBpf.TcQuery(&hook, &options) == 0;
        // No clsact or no filter: not an error, and not to be told with the next one.
        KernelLog.Take();
        return attached;
    }

    /// <summary>Puts the program here, in the place of the one that may be there.</summary>
    public void Attach(int programFd)
    {
        var hook = Hook();
        var result = LibBpf.TcHookCreate(&hook);
        if (result != 0 && result != -LibC.Exists)
            throw KernelException.Of($"create clsact on {device}", -result, "spliced needs CAP_NET_ADMIN and a kernel with sch_ingress");
        KernelLog.Take();

        var options = Options();
        options.ProgramFd = programFd;
        options.Flags = LibBpf.TcReplace;
        result = LibBpf.TcAttach(&hook, &options);
        if (result != 0)
            throw KernelException.Of($"attach to {device}", -result, $"look for another filter with `tc filter show dev {device} ingress`");
    }

    /// <summary>Takes the program away. The clsact qdisc stays: others may use it.</summary>
    public void Detach()
    {
        if (!IsAttached())
            return;
        var hook = Hook();
        var options = Options();
        var result = LibBpf.TcDetach(&hook, &options);
        if (result != 0 && result != -LibC.NoEntry)
            throw KernelException.Of($"detach from {device}", -result, $"remove it with `tc qdisc del dev {device} clsact`");
    }

    private LibBpf.TcHook Hook() =>
        new() { Bytes = (nuint)Unsafe.SizeOf<LibBpf.TcHook>(), Ifindex = (int)_ifindex, AttachPoint = attachPoint };

    private static LibBpf.TcOptions Options() =>
        new() { Bytes = (nuint)Unsafe.SizeOf<LibBpf.TcOptions>(), Handle = Handle, Priority = Priority };
}
