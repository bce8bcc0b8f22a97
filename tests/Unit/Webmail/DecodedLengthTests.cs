using System.Text;
using Webmail.Mail.Blobs;
using Webmail.Mail.Decoding;

namespace Tests.Unit.Webmail;

public sealed class DecodedLengthTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(57 * 100)]
    [InlineData(2_000_000)]
    [InlineData(2_000_001)]
    [InlineData(2_000_002)]
    public async Task OfAsync_RegularLines_IsExact(int contentBytes)
    {
        var encoded = Lines(new byte[contentBytes], 76);

        var (length, _) = await MeasureAsync(encoded);

        Assert.Equal(contentBytes, length);
    }

    [Fact]
    public async Task OfAsync_LongRegularPart_ReadsProbesOnly()
    {
        var encoded = Lines(new byte[20_000_000], 76);

        var (_, read) = await MeasureAsync(encoded);

        Assert.InRange(read, 1, 4 * DecodedLength.ProbeBytes);
    }

    [Fact]
    public async Task OfAsync_OneShortLineInTheMiddle_IsStillExact()
    {
        var encoded = Lines(new byte[1_000_008], 76) + "AAAA\r\n" + Lines(new byte[3_000_000], 76);

        var (length, _) = await MeasureAsync(encoded);

        Assert.Equal(4_000_011, length);
    }

    private static async Task<(long Length, long Read)> MeasureAsync(string text)
    {
        var encoded = Encoding.ASCII.GetBytes(text);
        long read = 0;
        var length = await DecodedLength.OfAsync(
            TransferEncoding.Base64,
            encoded.Length,
            (offset, count, _) =>
            {
                read += count;
                var end = Math.Min(offset + count, encoded.Length);
                return Task.FromResult<ReadOnlyMemory<byte>>(encoded.AsMemory((int)offset, (int)(end - offset)));
            },
            TestContext.Current.CancellationToken);
        return (length, read);
    }

    private static string Lines(byte[] content, int lineCharacters)
    {
        var text = new StringBuilder();
        foreach (var line in Convert.ToBase64String(content).Chunk(lineCharacters))
        {
            text.Append(line).Append("\r\n");
        }

        return text.ToString();
    }
}
