namespace Splice.Daemon.Kernel;

/// <summary>A hash map of the kernel program. Every call is one system call; the kernel makes them safe for threads.</summary>
internal sealed unsafe class KernelMap<TKey, TValue>(string name, int fd) : IKernelMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoSpace = 7; // E2BIG is what a full hash map says.

    public void Set(in TKey key, in TValue value)
    {
        fixed (TKey* keyPointer = &key)
        fixed (TValue* valuePointer = &value)
        {
            var result = LibBpf.MapUpdate(fd, keyPointer, valuePointer, 0);
            if (result != 0)
                throw KernelException.Of($"write to map {name}", -result, result == -NoSpace ? "it is full; raise flowsMax" : "check the kernel log");
        }
    }

    public bool Remove(in TKey key)
    {
        fixed (TKey* keyPointer = &key)
        {
            var result = LibBpf.MapDelete(fd, keyPointer);
            if (result != 0 && result != -LibC.NoEntry)
                throw KernelException.Of($"remove from map {name}", -result, "check the kernel log");
            return result == 0;
        }
    }

    public bool TryGet(in TKey key, out TValue value)
    {
        TValue found = default;
        fixed (TKey* keyPointer = &key)
        {
            var result = LibBpf.MapLookup(fd, keyPointer, &found);
            value = found;
            if (result != 0 && result != -LibC.NoEntry)
                throw KernelException.Of($"read from map {name}", -result, "check the kernel log");
            return result == 0;
        }
    }

    public List<TKey> Keys()
    {
        var keys = new List<TKey>();
        TKey next = default;
        var result = LibBpf.MapNextKey(fd, null, &next);
        while (result == 0)
        {
            keys.Add(next);
            var key = next;
            result = LibBpf.MapNextKey(fd, &key, &next);
        }

        return keys;
    }
}
