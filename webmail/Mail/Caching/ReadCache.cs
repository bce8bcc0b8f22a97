using Microsoft.Extensions.Caching.Memory;

namespace Webmail.Mail.Caching;

/// <summary>
/// What this process has read lately, within a bound of memory, so that it need not be read again. Only what cannot change under
/// its key is put here; to be used within choices, whose answers the journal remembers.
/// </summary>
/// <param name="bytesMax">For all of it, estimated.</param>
public sealed class ReadCache(long bytesMax) : IDisposable
{
    /// <summary>Since its last use, for what is made from other things that are known: a user who is idle for longer takes no room.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>Since its last use, for contents of messages: whoever has just read them may do so again while the mail server is away.</summary>
    private static readonly TimeSpan ContentLifetime = TimeSpan.FromMinutes(30);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = bytesMax, ExpirationScanFrequency = Lifetime / 4 });

    /// <summary>Null if it is not known.</summary>
    public T? Find<T>(object key)
        where T : class =>
        _cache.TryGetValue(key, out var known) ? (T)known! : null;

    public void Put(object key, object known, long bytes) => Put(key, known, bytes, Lifetime, CacheItemPriority.Normal);

    /// <summary>What a message holds: remembered for longer, as far as nothing else needs the room.</summary>
    public void PutContent(object key, object content, long bytes) => Put(key, content, bytes, ContentLifetime, CacheItemPriority.Low);

    public async ValueTask<T> GetAsync<T>(object key, Func<T, long> bytes, Func<ValueTask<T>> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(read);
        if (Find<T>(key) is { } known)
        {
            return known;
        }

        var content = await read();
        Put(key, content, bytes(content));
        return content;
    }

    public void Dispose() => _cache.Dispose();

    private void Put(object key, object known, long bytes, TimeSpan lifetime, CacheItemPriority priority)
    {
        using var entry = _cache.CreateEntry(key);
        entry.Value = known;
        entry.Size = bytes;
        entry.SlidingExpiration = lifetime;
        entry.Priority = priority;
    }
}
