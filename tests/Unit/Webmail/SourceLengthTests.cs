using Webmail.Mail.Blobs;

namespace Tests.Unit.Webmail;

public sealed class SourceLengthTests
{
    [Theory]
    [InlineData(5000, 5000, 1)]
    [InlineData(5000, 4999, 1)]
    [InlineData(5000, 905, 1)]
    [InlineData(5000, 904, 2)]
    [InlineData(5000, 0, 2)]
    [InlineData(100, 0, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 10, 2)]
    [InlineData(5000, 5001, 2)]
    [InlineData(5000, 3_000_000, 4)]
    public async Task OfAsync_WhateverWasSaid_IsExact(int said, int real, int reads)
    {
        var asked = 0;

        var length = await SourceLength.OfAsync(
            said,
            (offset, count, _) =>
            {
                asked++;
                return Task.FromResult<ReadOnlyMemory<byte>>(new byte[Math.Clamp(real - offset, 0, count)]);
            },
            TestContext.Current.CancellationToken);

        Assert.Equal((real, reads), (length, asked));
    }
}
