using System.Runtime.InteropServices;
using System.Text;

namespace Splice.Daemon.Kernel;

/// <summary>Keeps what libbpf says while it works, so that a failure can tell it (the verifier's last words above all).</summary>
internal static unsafe class KernelLog
{
    private const int LineBytesMax = 4096;
    private const int CharactersMax = 4096;
    private const int WarningLevel = 0;

    [ThreadStatic]
    private static StringBuilder? _lines;

    /// <summary>From now on libbpf talks to this log, not to standard error.</summary>
    public static void Capture() => LibBpf.SetPrint(&Print);

    /// <summary>The end of what was said on this thread since the last call.</summary>
    public static string Take()
    {
        var text = _lines?.ToString() ?? "";
        _lines = null;
        return text.Length <= CharactersMax ? text : text[^CharactersMax..];
    }

    [UnmanagedCallersOnly]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (level != WarningLevel)
            return 0;
        var line = stackalloc byte[LineBytesMax];
        var length = LibC.Format(line, LineBytesMax, format, arguments);
        if (length > 0)
            (_lines ??= new StringBuilder()).Append(Encoding.UTF8.GetString(line, Math.Min(length, LineBytesMax - 1)));
        return 0;
    }
}
