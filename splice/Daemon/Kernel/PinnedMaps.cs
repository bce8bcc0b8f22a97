using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>The maps under the pin path: they hold the flows while spliced is away.</summary>
internal static unsafe class PinnedMaps
{
    public static readonly string[] Names = ["flows", "legs", "services", "connecting", "drops", "events", "abi"];

    public static bool Exist(string pinPath) => File.Exists(Path.Combine(pinPath, "flows"));

    /// <summary>Refuses pinned maps that this program cannot work with, before anything is changed.</summary>
    public static void Check(string pinPath, uint flowsMax)
    {
        var version = Version(pinPath);
        if (version != SpliceAbi.Version)
            throw new KernelException(
                $"maps under {pinPath} have layout {version}, this spliced has {SpliceAbi.Version}; drain this proxy and remove them with `spliced --remove`");
        var entriesMax = EntriesMax(Path.Combine(pinPath, "flows"));
        if (entriesMax != flowsMax)
            throw new KernelException(
                $"map flows under {pinPath} has {entriesMax} slots, flowsMax is {flowsMax}; set flowsMax back, or drain this proxy and remove the maps with `spliced --remove`");
    }

    public static void Remove(string pinPath)
    {
        if (!Directory.Exists(pinPath))
            return;
        foreach (var name in Names)
            File.Delete(Path.Combine(pinPath, name));
        Directory.Delete(pinPath);
    }

    private static uint Version(string pinPath)
    {
        uint key = 0, version = 0;
        var fd = Open(Path.Combine(pinPath, "abi"));
        var result = LibBpf.MapLookup(fd, &key, &version);
        _ = LibC.Close(fd);
        return result == 0 ? version : throw KernelException.Of("read map abi", -result, $"remove {pinPath}");
    }

    private static uint EntriesMax(string path)
    {
        LibBpf.MapInfo info = default;
        var bytes = (uint)sizeof(LibBpf.MapInfo);
        var fd = Open(path);
        var result = LibBpf.GetInfo(fd, &info, &bytes);
        _ = LibC.Close(fd);
        return result == 0 ? info.EntriesMax : throw KernelException.Of($"read {path}", -result, "remove it");
    }

    private static int Open(string path)
    {
        var fd = LibBpf.GetPinned(path);
        return fd >= 0 ? fd : throw KernelException.Of($"open pinned map {path}", -fd, "remove the pin path and start again");
    }
}
