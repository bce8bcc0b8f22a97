using System.Runtime.InteropServices;

namespace Splice.Daemon.Kernel;

/// <summary>An opened BPF object file, and after <see cref="Load"/> its programs and maps in the kernel.</summary>
internal sealed class KernelObject : IDisposable
{
    private readonly string _path;
    private nint _object;

    public KernelObject(string path)
    {
        _path = path;
        _object = LibBpf.ObjectOpen(path, 0);
        if (_object == 0)
            throw KernelException.Of($"open {path}", Marshal.GetLastPInvokeError(), "check kernelObject, or build it with clang");
    }

    public void SetEntriesMax(string map, uint entriesMax) =>
        Check(LibBpf.MapSetEntriesMax(Map(map), entriesMax), $"size map {map}", "check flowsMax");

    /// <summary>The map is found there if it exists, else made and pinned there.</summary>
    public void SetPinPath(string map, string path) =>
        Check(LibBpf.MapSetPinPath(Map(map), path), $"set pin path of map {map}", "check pinPath");

    public void Load() =>
        Check(LibBpf.ObjectLoad(_object), $"load {_path}", "needed: CAP_BPF and CAP_NET_ADMIN, Linux 5.15 or newer, bpffs mounted at pinPath");

    public int ProgramFd(string name)
    {
        var program = LibBpf.FindProgram(_object, name);
        return program != 0 ? LibBpf.ProgramFd(program) : throw Missing("program", name);
    }

    public int MapFd(string name) => LibBpf.MapFd(Map(name));

    public void Dispose()
    {
        if (_object != 0)
            LibBpf.ObjectClose(_object);
        _object = 0;
    }

    private nint Map(string name)
    {
        var map = LibBpf.FindMap(_object, name);
        return map != 0 ? map : throw Missing("map", name);
    }

    private KernelException Missing(string what, string name) =>
        new($"{_path} has no {what} {name}; use the object that belongs to this spliced");

    private static void Check(int result, string step, string next)
    {
        if (result != 0)
            throw KernelException.Of(step, -result, next);
    }
}
