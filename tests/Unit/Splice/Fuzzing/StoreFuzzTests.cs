using System.Security.Cryptography;
using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>What comes back from a store node, which may have been damaged there.</summary>
public sealed class StoreFuzzTests : IDisposable
{
    private static readonly FlowId Flow = new(7);
    private readonly EntrySeal _seal = new(StorePair.ClusterKey);

    [Fact]
    public void Resp_InPieces_IsTheSame() => Fuzz.Run("Resp", bytes =>
    {
        var whole = Memory.Bounded(bytes, () => Answer(bytes));
        foreach (var length in Pieces.Lengths(bytes))
        {
            if (Answer(bytes[..length]) is { } early)
            {
                Assert.Equal(whole, early);
            }
        }
    });

    [Fact]
    public void SealedEntry_Anything_OpensOrIsRefused() => Fuzz.Run(
        "JournalEntry",
        bytes =>
        {
            try
            {
                var opened = Memory.Bounded(bytes, () => _seal.Open(Flow, 1, 2, bytes));
                Assert.Equal(bytes.Length - EntrySeal.OverheadBytes, opened.Length);
            }
            catch (CryptographicException)
            {
                // As documented.
            }
        },
        entry => _seal.Seal(Flow, 1, 2, entry));

    [Fact]
    public void Snapshot_OneValueDamaged_IsThatOfTheOtherNodeOrNewer() => Fuzz.Run("StoreValues", value =>
    {
        RedisValue[] good = ["3", FlowRecordCodec.Encode(StorePair.Record(Flow, 3)), "2", "100", "200", RedisValue.Null, "build"];
        for (var at = 0; at < good.Length; at++)
        {
            var damaged = (RedisValue[])good.Clone();
            damaged[at] = value;

            var merged = SnapshotMerge.Merge(Flow, [good, damaged]);

            Assert.True(merged is { Fence: >= 3, Request.Number: >= 2, Record: not null });
            Assert.Equal(Flow, merged.Record.Id);
            _ = SnapshotMerge.Merge(Flow, [damaged]);
        }
    });

    [Fact]
    public void Input_OneBaseDamaged_IsThatOfTheOtherNode() => Fuzz.Run("StoreValues", value =>
    {
        RedisValue[] good = ["100", "0123456789"];

        var longest = SnapshotMerge.LongestInput(Flow, 100, [[value, "012"], good]);

        Assert.Equal(10, longest.Length);
    });

    [Fact]
    public void Journal_OneValueDamaged_IsReadOrNone() => Fuzz.Run("StoreValues", value =>
    {
        for (var at = 0; at < 6; at++)
        {
            RedisValue[] fields = ["3", "2", "100", "200", RedisValue.EmptyString];
            RedisValue[] entries = ["0", "sealed"];
            (at < 5 ? ref fields[at] : ref entries[0]) = value;

            var journal = NodeJournal.Parse(RedisResult.Create(new[] { RedisResult.Create(fields), RedisResult.Create(entries) }));

            Assert.True(journal is null or { Entries.Count: 1 });
        }
    });

    public void Dispose() => _seal.Dispose();

    /// <summary>Null if it is not whole.</summary>
    private static string? Answer(byte[] bytes)
    {
        try
        {
            if (!RespReader.TryRead(bytes, out var answer, out var consumed))
            {
                return null;
            }

            Assert.InRange(consumed, 3, bytes.Length);
            return $"{consumed} {Show(answer)}";
        }
        catch (RedisException)
        {
            return "not RESP";
        }
    }

    private static string Show(RedisResult answer) => answer.Resp2Type == ResultType.Array
        ? $"[{string.Join(' ', ((RedisResult[])answer!).Select(Show))}]"
        : $"{answer.Resp2Type} {(answer.Resp2Type == ResultType.Error ? answer.ToString() : Convert.ToHexString((byte[]?)answer ?? []))}";
}
