using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Two backends on one pair of stores, whose clients acknowledge nothing unless a test says so.</summary>
public abstract class TwoBackends : IAsyncLifetime
{
    private protected StorePair Stores { get; } = new();

    private protected FlowStore Store { get; private set; } = null!;

    private protected BackendHost First { get; private set; } = null!;

    private protected BackendHost Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Store = Stores.Connect(proxy: true);
        First = await BackendHost.StartAsync(Stores);
        Second = await BackendHost.StartAsync(Stores);
        First.Acknowledges = false;
        Second.Acknowledges = false;
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task UntilRequestAsync(FlowId flow, ulong number)
    {
        var reached = false;
        for (var i = 0; i < 1000 && !reached; i++)
        {
            reached = (await Store.ReadAsync(flow, CancellationToken.None))?.Request.Number == number;
            await Task.Delay(2);
        }

        Assert.True(reached, $"request {number} did not begin");
    }
}
