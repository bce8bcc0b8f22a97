namespace Webmail.Web.Push;

/// <summary>The bounds of push.</summary>
internal static class PushLimits
{
    /// <summary>Of one account on one backend; a browser needs one for all its tabs.</summary>
    public const int StreamsMax = 32;

    /// <summary>How soon a client comes back; its answer has nothing to wait for.</summary>
    public const int ReconnectMilliseconds = 250;

    public const int LastEventIdCharactersMax = 100;

    /// <summary>RFC 8620 §7.3 allows at most 30 here, and at least 300 for the longest.</summary>
    public static readonly TimeSpan PingMin = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan PingMax = TimeSpan.FromMinutes(5);

    /// <summary>Where no pings are wanted, a comment finds out so often whether the client is still there.</summary>
    public static readonly TimeSpan QuietMax = TimeSpan.FromMinutes(1);

    /// <summary>What changes in quick succession is told together; two events are at least so far apart.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Then a stream ends in order, and its client comes back with the last id: its journal has at most a thousand entries, and a drained
    /// backend need not wait for longer.
    /// </summary>
    public static readonly TimeSpan StreamLifetime = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);
}
