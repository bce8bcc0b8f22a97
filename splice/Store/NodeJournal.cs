using Splice.Wire.Tls;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>One node's view of a journal, still sealed.</summary>
internal readonly record struct NodeJournal(RequestStart Request, IReadOnlyList<(int Ordinal, byte[] Entry)> Entries)
{
    public static NodeJournal Parse(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        var fields = (RedisValue[])parts[0]!;
        var pairs = (RedisValue[])parts[1]!;
        var request = fields[1].IsNull
            ? new RequestStart(1, 0, 0)
            : new RequestStart(SnapshotMerge.U64(fields[1]), SnapshotMerge.U64(fields[2]), SnapshotMerge.U64(fields[3]), TlsPosition.Decode((byte[]?)fields[4]));
        var entries = new (int, byte[])[pairs.Length / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = ((int)pairs[2 * i], (byte[])pairs[2 * i + 1]!);
        }

        return new NodeJournal(request, entries);
    }
}
