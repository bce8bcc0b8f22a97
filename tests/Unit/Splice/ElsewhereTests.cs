using Splice.Store;

namespace Tests.Unit.Splice;

/// <summary>Who has asked the store does not keep the thread that receives its answers.</summary>
public sealed class ElsewhereTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_WhoWaitedForIt_GoesOnInThePool(bool isFailure)
    {
        var asked = new TaskCompletionSource<int>();
        var goesOn = GoOnAsync(asked.Task);
        var receiver = new Thread(() =>
        {
            if (isFailure)
            {
                asked.SetException(new InvalidOperationException());
            }
            else
            {
                asked.SetResult(7);
            }
        });
        receiver.Start();

        Assert.True(await goesOn);
        receiver.Join();
    }

    private static async Task<bool> GoOnAsync(Task<int> asked)
    {
        try
        {
            Assert.Equal(7, await Elsewhere.AfterAsync(asked));
        }
        catch (InvalidOperationException)
        {
        }

        return Thread.CurrentThread.IsThreadPoolThread;
    }
}
