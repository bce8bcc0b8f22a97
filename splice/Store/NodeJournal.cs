using Splice.Wire.Tls;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>One node's view of a journal, still sealed.</summary>
internal readonly record struct NodeJournal(RequestStart Request, IReadOnlyList<(int Ordinal, byte[] Entry)> Entries)
{
    /// <summary>Null if it is damaged: as if the node had none.</summary>
    public static NodeJournal? Parse(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        var fields = (RedisValue[])parts[0]!;
        var pairs = (RedisValue[])parts[1]!;
        if (SnapshotMerge.Request(fields[1], fields[2], fields[3]) is not { } request)
        {
            return null;
        }

        var entries = new (int, byte[])[pairs.Length / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            if (!pairs[2 * i].TryParse(out int ordinal))
            {
                return null;
            }

            entries[i] = (ordinal, (byte[])pairs[2 * i + 1]!);
        }

        return new NodeJournal(request with { Tls = TlsPosition.Decode((byte[]?)fields[4]) }, entries);
    }
}
