using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

[assembly: AssemblyFixture(typeof(Tests.Lab.LabFixture))]

namespace Tests.Lab;

/// <summary>A story in the lab: whatever it breaks is mended afterwards, whether or not it passed.</summary>
public abstract class LabTest(LabFixture lab) : IAsyncLifetime
{
    protected LabFixture Lab => lab;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await lab.MendAsync(Cancelled);

    public async ValueTask DisposeAsync()
    {
        await lab.MendAsync(CancellationToken.None);
        GC.SuppressFinalize(this);
    }

    protected static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    protected static IEnumerable<Dying> WaysOfDying => Enum.GetValues<Dying>();

    /// <param name="backend">Which gets none.</param>
    /// <param name="open">A connection that has been answered.</param>
    protected async Task NewFlowsGoElsewhereAsync(string backend, Func<Task<HttpConnection>> open)
    {
        for (var flow = 0; flow < 6; flow++)
        {
            using var connection = await open();
            Assert.NotEqual(backend, Lab.BackendOf(connection.Client));
        }
    }
}
