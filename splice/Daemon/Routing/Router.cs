using System.IO.Hashing;
using System.Text;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Routing;

/// <summary>
/// Chooses backends: the pool by host name, in it the rendezvous hash of the session cookie, so that a session stays where
/// its caches are and moves only if its backend leaves; without a cookie the least loaded. A backend that has come back
/// starts slowly.
/// </summary>
public sealed class Router
{
    /// <summary>A difference in flows that says nothing about load.</summary>
    private const int FewFlows = 8;
    private readonly Dictionary<string, PoolConfig> _poolOfHost = [];
    private readonly PoolConfig? _defaultPool;
    private readonly SlowStart _slowStart;

    public Router(SplicedConfig config, TimeProvider time)
    {
        _slowStart = new SlowStart(config.Limits.SlowStart, time);
        var kinds = config.Pools.ToDictionary(pool => pool.Name, pool => pool.Kind);
        var limits = config.Limits;
        Backends = config.Backends.Select(backend => new Backend(
            backend, kinds[backend.Pool], new Patience(limits.HeartbeatTimeout, limits.HeartbeatTimeoutMax, time))).ToList();
        foreach (var pool in config.Pools)
        {
            foreach (var host in pool.Hosts)
            {
                if (host == "*")
                {
                    _defaultPool = pool;
                }
                else
                {
                    _poolOfHost[host.ToLowerInvariant()] = pool;
                }
            }
        }
    }

    public IReadOnlyList<Backend> Backends { get; }

    public Backend? Find(string name) => Backends.FirstOrDefault(backend => backend.Name == name);

    /// <summary>Null if no pool serves the host.</summary>
    public PoolConfig? PoolOf(string host) => _poolOfHost.GetValueOrDefault(host) ?? _defaultPool;

    /// <summary>Backends for a new flow, best first: those first that reach what their answers need, then those that find
    /// more stores, for one that has just come back may not yet reach either. Empty if no pool serves the host or none takes flows.</summary>
    public IReadOnlyList<Backend> Choose(RequestHead head)
    {
        var pool = PoolOf(head.Host)?.Name;
        var takers = Backends.Where(backend => backend.Pool == pool && backend.Takes).ToList();
        var able = ByAbility(takers);
        var warmth = _slowStart.WarmthOf(takers);
        if (head.SessionCookie is not { } cookie)
        {
            return able.ThenBy(backend => SlowStart.LoadOf(backend, takers, warmth[backend])).ToList();
        }

        var weights = takers.ToDictionary(backend => backend, backend => Weight(backend, cookie));
        return able.ThenByDescending(backend => SlowStart.Admits(warmth[backend], weights[backend]))
            .ThenByDescending(backend => weights[backend]).ToList();
    }

    /// <summary>Backends that can continue a flow of a backend that died, best first. Of about equally loaded ones that which has
    /// served longest: its code is compiled and its caches are filled, and somebody is waiting.</summary>
    public IReadOnlyList<Backend> Successors(Backend dead)
    {
        var takers = Backends.Where(backend => backend.Pool == dead.Pool && backend.Takes && backend != dead).ToList();
        var least = takers.Select(backend => backend.Load).DefaultIfEmpty().Min();
        var about = least + Math.Max(FewFlows, least / 4);
        return ByAbility(takers)
            .ThenBy(backend => Math.Max(backend.Load, about))
            .ThenBy(backend => backend.HealthySince)
            .ToList();
    }

    private static IOrderedEnumerable<Backend> ByAbility(IEnumerable<Backend> backends) =>
        backends.OrderByDescending(backend => backend.Ready).ThenByDescending(backend => backend.Stores);

    private static ulong Weight(Backend backend, string cookie) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(backend.Name + "\n" + cookie));
}
