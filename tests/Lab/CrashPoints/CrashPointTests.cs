using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab.CrashPoints;

/// <summary>
/// Every way of dying at every n-th packet of every kind of exchange: the client's bytes are those of an undisturbed one, and
/// its connection is the same. The short form takes one point of every fourth combination.
/// </summary>
public sealed class CrashPointTests(LabFixture lab) : LabTest(lab)
{
    private static int PointsPerCombination => LabFixture.Rounds(1, 25);

    public static TheoryData<string, bool, Victim, Dying> Combinations
    {
        get
        {
            var combinations =
                from workload in Workload.All.Keys
                from victim in Enum.GetValues<Victim>()
                from how in new[] { Dying.Kill, Dying.Unplug }
                from tls in new[] { false, true }
                select (workload, tls, victim, how);
            var data = new TheoryData<string, bool, Victim, Dying>();
            foreach (var ((workload, tls, victim, how), number) in combinations.Select((combination, number) => (combination, number)))
            {
                // Fours differ in how, and whether TLS: taking another of each covers everything else.
                if (PointsPerCombination > 1 || number % 4 == number / 4 % 4)
                {
                    data.Add(workload, tls, victim, how);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Exchange_SomethingDiesAtAPacket_IsWhatItWouldHaveBeen(string workload, bool tls, Victim victim, Dying how)
    {
        var exchange = Workload.All[workload];
        var every = Math.Max(1, exchange.Packets / PointsPerCombination);
        var reached = 0;
        for (var packets = 1 + new Random((int)victim * 10 + (int)how).Next(every); await RunAsync(exchange, tls, victim, how, packets); packets += every)
        {
            reached++;
            if (PointsPerCombination == 1)
            {
                break;
            }

            await Lab.MendAsync(Cancelled);
        }

        Assert.NotEqual(0, reached);
    }

    /// <returns>False if the exchange has fewer packets.</returns>
    private async Task<bool> RunAsync(Workload exchange, bool tls, Victim victim, Dying how, int packets)
    {
        using var capture = await SynCapture.StartAsync(Cancelled);
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
        var active = Lab.ActiveProxy;
        Task exchanging;
        bool isProtected;
        using (PacketStop.After(packets, connection.ClientPort))
        {
            exchanging = exchange.ExchangeAsync(connection, Cancelled);
            if (!await PacketStop.IsReachedAsync(exchanging, Cancelled))
            {
                await exchanging;
                return false;
            }

            isProtected = !victim.TakesProxy() || Topology.Proxies.Any(proxy => proxy.Name != active && LabFixture.FlowOrNull(proxy.Name, connection.Client) is not null);
            await victim.StrikeAsync(active, (string?)Lab.FlowOrNull(connection.Client)?["backend"], how);
        }

        Say($"packet {packets}{(isProtected ? "" : ", not spliced yet")}");
        try
        {
            await exchanging;
        }
        catch (Exception broken) when (!isProtected && broken is (BrokenConnectionException or SocketException or IOException))
        {
            // The promise begins with the splice.
            await ExchangeAgainAsync(exchange, tls);
            return true;
        }

        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
        return true;
    }

    /// <summary>As a person does: asks again until somebody listens.</summary>
    private static async Task ExchangeAgainAsync(Workload exchange, bool tls)
    {
        var deadline = DateTime.UtcNow + HttpConnection.SilenceMax;
        while (true)
        {
            try
            {
                using var again = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
                await exchange.ExchangeAsync(again, Cancelled);
                return;
            }
            catch (Exception broken) when (DateTime.UtcNow < deadline && broken is (BrokenConnectionException or SocketException or IOException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
            }
        }
    }
}
