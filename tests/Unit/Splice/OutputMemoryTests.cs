using Splice.Hooks;

namespace Tests.Unit.Splice;

/// <summary>What an answer may hold while its journal is written.</summary>
public sealed class OutputMemoryTests : IDisposable
{
    private readonly OutputMemory _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Share_OfMany_IsLessThanOfFew_AndNeverNothing()
    {
        var alone = _memory.AnswerBytes;
        for (var i = 0; i < 64; i++)
        {
            _memory.Join();
        }

        var amongMany = _memory.AnswerBytes;
        for (var i = 0; i < 10_000; i++)
        {
            _memory.Join();
        }

        Assert.True(alone > amongMany, $"{alone} bytes alone, {amongMany} of 64");
        Assert.InRange(_memory.AnswerBytes, OutputMemory.BlockBytes, amongMany - 1);
    }

    [Fact]
    public void Block_GivenBack_IsUsedAgain_AndNeverByTwo()
    {
        var first = _memory.Blocks.Rent();
        var second = _memory.Blocks.Rent();
        Assert.NotSame(first, second);
        first.Dispose();
        Assert.Same(first, _memory.Blocks.Rent());
        Assert.NotSame(second, _memory.Blocks.Rent());
    }
}
