using System.Text.Json;
using Splice.Store;
using Splice.Wire;

namespace Splice.Daemon.Configuration;

/// <summary>Reads the configuration file and reports every mistake at once, each with its key path.</summary>
public static class SplicedConfigFile
{
    private const int ClusterKeyBytesMin = 32;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Returns the configuration, or null and what is wrong with it.</summary>
    public static SplicedConfig? Read(string path, out IReadOnlyList<string> mistakes)
    {
        var found = new List<string>();
        mistakes = found;
        RawConfig? raw;
        try
        {
            raw = JsonSerializer.Deserialize<RawConfig>(File.ReadAllText(path), Json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            found.Add($"{path}: {exception.Message}");
            return null;
        }

        var config = raw is null ? null : Check(raw, found);
        return found.Count == 0 ? config : null;
    }

    private static SplicedConfig Check(RawConfig raw, List<string> mistakes)
    {
        var check = new ConfigCheck(mistakes);
        var pools = (raw.Pools ?? []).Select((pool, i) => new PoolConfig(
            check.Text($"pools[{i}].name", pool.Name),
            check.Kind($"pools[{i}].kind", pool.Kind),
            check.Some($"pools[{i}].hosts", pool.Hosts))
        {
            PlainHosts = (pool.PlainHosts ?? []).Select(host => host.ToLowerInvariant()).ToList(),
        }).ToList();
        var backends = (raw.Backends ?? []).Select((backend, i) => new BackendConfig(
            check.Text($"backends[{i}].name", backend.Name),
            check.OneOf($"backends[{i}].pool", backend.Pool, pools.Select(pool => pool.Name)),
            check.EndPoints($"backends[{i}].endpoints", backend.Endpoints))).ToList();
        var stores = (raw.Stores ?? []).Select((store, i) => new StoreNode(
            check.Text($"stores[{i}].name", store.Name),
            check.EndPoint($"stores[{i}].endpoint", store.Endpoint))).ToList();
        for (var i = 0; i < pools.Count; i++)
        {
            TlsSection.CheckPlainHosts($"pools[{i}].plainHosts", pools[i], pools, mistakes);
        }

        check.NotEmpty("pools", pools.Count);
        check.NotEmpty("backends", backends.Count);
        check.NotEmpty("stores", stores.Count);
        check.Distinct("backends[].name", backends.Select(backend => backend.Name));
        check.Distinct("pools[].hosts", pools.SelectMany(pool => pool.Hosts));
        check.Range("innerPortFirst", raw.InnerPortFirst, 1024, 65535);
        check.Range("innerPortLast", raw.InnerPortLast, raw.InnerPortFirst, 65535);
        check.Range("port", raw.Port, 1, 65535);
        check.Range("flowsMax", raw.FlowsMax, 16, 1 << 20);
        var pairs = AddressPairSection.Check(raw.AddressPairs, check, mistakes);
        AddressPairSection.CheckBackends(pairs, backends, mistakes);
        return new SplicedConfig
        {
            Name = check.Text("name", raw.Name),
            AddressPairs = pairs,
            Port = (ushort)raw.Port,
            FrontDevice = check.Text("frontDevice", raw.FrontDevice),
            BackDevice = check.Text("backDevice", raw.BackDevice),
            InnerPortFirst = (ushort)raw.InnerPortFirst,
            InnerPortLast = (ushort)raw.InnerPortLast,
            HeartbeatListen = check.EndPoint("heartbeatListen", raw.HeartbeatListen),
            ClusterKey = check.Secret("clusterKeyFile", raw.ClusterKeyFile, ClusterKeyBytesMin),
            Stores = stores,
            Pools = pools,
            Backends = backends,
            KernelObject = check.ExistingFile("kernelObject", raw.KernelObject),
            PinPath = check.Text("pinPath", raw.PinPath),
            ControlSocket = check.Text("controlSocket", raw.ControlSocket),
            FlowsMax = raw.FlowsMax,
            Tls = TlsSection.Check(raw.Tls, raw.Port, check, mistakes),
            Telemetry = TelemetrySection.Check(raw.Telemetry, pairs, check, mistakes),
        };
    }

    private sealed record RawConfig(
        string? Name, List<RawAddressPair>? AddressPairs, string? FrontDevice, string? BackDevice,
        string? HeartbeatListen, string? ClusterKeyFile, string? KernelObject, string? PinPath, string? ControlSocket,
        List<RawStore>? Stores, List<RawPool>? Pools, List<RawBackend>? Backends,
        int InnerPortFirst, int InnerPortLast, int Port = 80, int FlowsMax = 65536, RawTls? Tls = null, RawTelemetry? Telemetry = null);

    private sealed record RawStore(string? Name, string? Endpoint);

    private sealed record RawPool(string? Name, string? Kind, List<string>? Hosts, List<string>? PlainHosts);

    private sealed record RawBackend(string? Name, string? Pool, List<string>? Endpoints);
}
