using System.IO.Pipelines;
using Splice.Hooks;

namespace Tests.Unit.Splice;

/// <summary>The end of the client's direction comes after its bytes.</summary>
public sealed class InputPipeReaderTests
{
    [Fact]
    public async Task End_ArrivedWithBytes_IsToldAfterThem()
    {
        var reader = await EndedAsync("0123456789"u8.ToArray());

        var first = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(first.Buffer.GetPosition(4));
        Assert.True(reader.TryRead(out var second));
        reader.AdvanceTo(second.Buffer.End);
        var third = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, false, true], new[] { first, second, third }.Select(read => read.IsCompleted));
        Assert.Equal([10, 6, 0], new[] { first, second, third }.Select(read => read.Buffer.Length));
        Assert.Equal(10UL, reader.ConsumedOffset);
    }

    [Fact]
    public async Task End_EverythingExaminedAndTooLittle_IsTold()
    {
        var reader = await EndedAsync("GET / HT"u8.ToArray());

        var first = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var second = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.False(first.IsCompleted);
        Assert.True(second.IsCompleted);
        Assert.Equal(8, second.Buffer.Length);
    }

    private static async Task<InputPipeReader> EndedAsync(byte[] bytes)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        return new InputPipeReader(pipe.Reader, 0, () => { });
    }
}
