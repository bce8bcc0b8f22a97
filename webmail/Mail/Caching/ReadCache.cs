using Microsoft.Extensions.Caching.Memory;

namespace Webmail.Mail.Caching;

/// <summary>
/// What this process has read lately, within a bound of memory, so that it need not be read again. Only what cannot change under
/// its key is put here; to be used within choices, whose answers the journal remembers.
/// </summary>
/// <param name="bytesMax">For all of it, estimated.</param>
public sealed class ReadCache(long bytesMax) : IDisposable
{
    /// <summary>A user who is idle for longer takes no room.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = bytesMax, ExpirationScanFrequency = Lifetime / 4 });

    /// <summary>Null if it is not known.</summary>
    public T? Find<T>(object key)
        where T : class =>
        _cache.TryGetValue(key, out var known) ? (T)known! : null;

    public void Put(object key, object content, long bytes)
    {
        using var entry = _cache.CreateEntry(key);
        entry.Value = content;
        entry.Size = bytes;
        entry.SlidingExpiration = Lifetime;
    }

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
}
