using System.Runtime.InteropServices;

namespace Splice.Daemon.Splicing;

/// <summary>struct tcp_repair_window of linux/tcp.h. Windows in bytes, already unscaled.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RepairWindow
{
    public uint SendWl1;
    public uint SendWindow;
    public uint MaxWindow;
    public uint ReceiveWindow;
    public uint ReceiveWup;
}
