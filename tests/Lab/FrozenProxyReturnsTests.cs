using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>
/// A proxy that was only frozen wakes up and for a moment both have the addresses. A connection made then is answered, or
/// reset so that the client connects again; it is never left in silence.
/// </summary>
public sealed class FrozenProxyReturnsTests(LabFixture lab) : LabTest(lab)
{
    private const string Request = "GET / HTTP/1.1\r\nHost: webmail.lab\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task NewConnections_FrozenProxyWakesUp_AreAnsweredOrReset()
    {
        for (var round = 0; round < LabFixture.Rounds(2, 50); round++)
        {
            var frozen = Lab.ActiveProxy;
            Failure.Apply(frozen, Dying.Freeze);
            await LabFixture.Until(
                () => Topology.Proxies.Any(proxy => proxy.Name != frozen && LabFixture.IsActive(proxy.Name)), TimeSpan.FromSeconds(10), "a takeover", Cancelled);

            using var mended = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(mended.Token), Cancelled)));
            ServiceRunner.SignalAll(ServiceRunner.PidsOf(Topology.Find(frozen)), "CONT");
            await Lab.MendAsync(Cancelled);
            await mended.CancelAsync();

            var asked = await asking;
            Say($"round {round}: {asked.Sum(one => one.Answered)} answered, {asked.Sum(one => one.Reset)} reset");
        }
    }

    private static async Task<(int Answered, int Reset)> AskAsync(CancellationToken mended)
    {
        var (answered, reset) = (0, 0);
        while (answered == 0 || !mended.IsCancellationRequested)
        {
            var client = "";
            try
            {
                using var connection = await HttpConnection.OpenAsync(Cancelled);
                client = connection.Client;
                await connection.SendAsync(Request, Cancelled);
                var (head, _) = await connection.ReadAnswerAsync(Cancelled);
                Assert.Equal(200, head.Status);
                answered++;
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                Assert.Fail($"{client} was left in silence");
            }
            catch (Exception exception) when (exception is SocketException { SocketErrorCode: SocketError.ConnectionReset } or BrokenConnectionException)
            {
                reset++;
            }
        }

        return (answered, reset);
    }
}
