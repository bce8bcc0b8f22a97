namespace Splice.Daemon.Kernel;

/// <summary>A hash map that the kernel program reads. Safe for threads.</summary>
internal interface IKernelMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    void Set(in TKey key, in TValue value);

    /// <summary>False if there was no such key.</summary>
    bool Remove(in TKey key);

    bool TryGet(in TKey key, out TValue value);

    /// <summary>The keys of this moment; those that come or go meanwhile may be missed.</summary>
    List<TKey> Keys();
}
