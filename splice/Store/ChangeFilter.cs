using System.IO.Hashing;

namespace Splice.Store;

/// <summary>Every node publishes every change; this passes the first copy of each.</summary>
internal sealed class ChangeFilter
{
    private const int RememberedMax = 4096;
    private readonly Lock _lock = new();
    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<UInt128> _order = new();

    public bool IsFirst(ReadOnlySpan<byte> message)
    {
        var hash = XxHash128.HashToUInt128(message);
        lock (_lock)
        {
            if (!_seen.Add(hash))
            {
                return false;
            }

            _order.Enqueue(hash);
            if (_order.Count > RememberedMax)
            {
                _seen.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
