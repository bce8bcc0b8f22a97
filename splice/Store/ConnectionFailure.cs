using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Tells that a node's connection is at fault. What still waits when the keeper gives a connection up is cancelled, or fails
/// because its pipe is closed; neither is a <see cref="RedisException"/>.
/// </summary>
internal static class ConnectionFailure
{
    public static bool Is(Exception exception) =>
        exception is RedisException or TimeoutException or InvalidOperationException or OperationCanceledException;
}
