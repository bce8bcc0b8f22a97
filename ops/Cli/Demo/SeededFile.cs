using System.Security.Cryptography;

namespace Appliance.Cli.Demo;

/// <summary>Bytes that look random and follow from a seed: AES in counter mode, quick enough for gigabytes.</summary>
public static class SeededFile
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Writes the file and returns its SHA-256.</summary>
    public static string Write(string path, long bytes, ulong seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.Create(path);
        foreach (var block in Blocks(bytes, seed))
        {
            file.Write(block.Span);
            hash.AppendData(block.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static IEnumerable<ReadOnlyMemory<byte>> Blocks(long bytes, ulong seed)
    {
        using var aes = Aes.Create();
        var key = new byte[16];
        BitConverter.TryWriteBytes(key, seed);
        aes.Key = key;
        var counters = new byte[BlockBytes];
        var block = new byte[BlockBytes];
        for (long done = 0; done < bytes; done += BlockBytes)
        {
            for (var i = 0; i < BlockBytes; i += 16)
            {
                BitConverter.TryWriteBytes(counters.AsSpan(i), done + i);
            }

            aes.EncryptEcb(counters, block, PaddingMode.None);
            yield return block.AsMemory(0, (int)Math.Min(BlockBytes, bytes - done));
        }
    }
}
