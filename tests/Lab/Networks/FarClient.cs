using Appliance.Cli.Lab;

namespace Tests.Lab.Networks;

/// <summary>A client machine on the front network that has a path with delay, loss, duplication and reordering before it.</summary>
internal sealed class FarClient : IDisposable
{
    private const string OuterDevice = "far-path";
    private const string InnerDevice = "far-inner";
    private const string FrontPrefix = "10.77.0.0/24";

    /// <summary>Frames that a device keeps for the path: more than any window here.</summary>
    private const int QueueFramesMax = 16384;

    private readonly Tap _outer;
    private readonly Tap _inner;
    private readonly PathDirection[] _directions;

    private FarClient(Tap outer, Tap inner, PathCondition condition) =>
        (_outer, _inner, _directions) = (outer, inner,
        [
            new PathDirection(outer, inner, condition, condition.Seed),
            new PathDirection(inner, outer, condition, condition.Seed + 1),
        ]);

    public Machine Machine { get; } = Far;

    private static Machine Far { get; } = new("far", 13, null);

    /// <param name="condition">Of the path.</param>
    /// <param name="mss">Largest segment it sends and takes; 0 for what the device has room for.</param>
    /// <param name="sysctls">What its kernel does and does not, like <c>net.ipv4.tcp_sack=0</c>.</param>
    public static FarClient Start(PathCondition condition, int mss = 0, params string[] sysctls)
    {
        Remove();
        Shell.Run("ip", "netns", "add", Far.Namespace);
        var (outer, inner) = (new Tap(OuterDevice), new Tap(InnerDevice));
        var link = Far.Links().First();
        Shell.Ip(
            null,
            $"link set {InnerDevice} txqueuelen {QueueFramesMax} netns {Far.Namespace}",
            $"link set {OuterDevice} txqueuelen {QueueFramesMax} master {link.Bridge} up");
        Shell.Ip(
            Far.Namespace,
            $"link set {InnerDevice} name {link.Device}",
            $"link set {link.Device} address {link.Hardware} up",
            $"addr add {link.Address}/24 dev {link.Device}");
        if (mss != 0)
        {
            Shell.Run("ip", "-n", Far.Namespace, "route", "change", FrontPrefix, "dev", link.Device, "src", link.Address,
                "advmss", $"{mss}", "mtu", "lock", $"{mss + 40}");
        }

        if (sysctls.Length > 0)
        {
            Network.SetSysctls(Far, sysctls);
        }

        return new FarClient(outer, inner, condition);
    }

    public void Dispose()
    {
        foreach (var direction in _directions)
        {
            direction.End();
        }

        _outer.Dispose();
        _inner.Dispose();
        Remove();
    }

    /// <summary>Also what an interrupted run left.</summary>
    private static void Remove()
    {
        if (Network.Exists(Far))
        {
            Shell.Run("ip", "netns", "del", Far.Namespace);
        }
    }
}
