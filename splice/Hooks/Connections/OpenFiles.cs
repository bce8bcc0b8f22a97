using System.Diagnostics;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Splice.Hooks;

/// <summary>
/// Whether this process may take more connections. The runtime does not survive to reach the limit of open files (RLIMIT_NOFILE, which
/// it raises as far as it may): it can start no thread then, and every flow of the process dies with it. What is left below
/// the limit is for the flows that are there, and for those that come before the proxies have heard of it.
/// </summary>
internal sealed partial class OpenFiles(ILogger<OpenFiles> log)
{
    private const int NoFile = 7;

    /// <summary>Faster than this they do not become more: between two counts as many may be opened as are still free.</summary>
    private const double OpenedPerSecond = 10_000;
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10);
    private long _countedAt;
    private TimeSpan _pause;
    private int _isCounting;
    private volatile bool _isFull;

    /// <summary>From any thread, often. What is long since counted is counted anew meanwhile, by the pool: heartbeats do not wait for that.</summary>
    public bool HasRoom
    {
        get
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _countedAt)) >= _pause && Interlocked.Exchange(ref _isCounting, 1) == 0)
            {
                _ = Task.Run(Judge);
            }

            return !_isFull;
        }
    }

    private void Judge()
    {
        var limit = Limit();
        var open = Count() ?? limit;
        var free = limit / 5 * 4 - open;
        var pause = TimeSpan.FromSeconds(Math.Max(free, 0) / OpenedPerSecond);
        _pause = pause < PauseMin ? PauseMin : pause > PauseMax ? PauseMax : pause;
        Volatile.Write(ref _countedAt, Stopwatch.GetTimestamp());
        if (_isFull != free <= 0)
        {
            _isFull = !_isFull;
            Tell(open, limit);
        }

        Volatile.Write(ref _isCounting, 0);
    }

    private void Tell(long open, long limit)
    {
        if (_isFull)
        {
            log.LogError("{Open} of {Limit} files are open: the proxies are to send no new connections until some are closed; raise LimitNOFILE", open, limit);
        }
        else
        {
            log.LogInformation("{Open} of {Limit} files are open: new connections may come again", open, limit);
        }
    }

    /// <summary>Without a string for each. Null if not even one is left to look with.</summary>
    private static long? Count()
    {
        try
        {
            return new FileSystemEnumerable<bool>("/proc/self/fd", (ref FileSystemEntry _) => true).LongCount();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Asked each time: it can be changed while the process runs.</summary>
    private static long Limit() =>
        GetLimit(NoFile, out var limit) == 0 ? (long)Math.Min(limit.Soft, int.MaxValue) : throw new InvalidOperationException("getrlimit failed");

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    private readonly record struct ResourceLimit(nuint Soft, nuint Hard);
}
