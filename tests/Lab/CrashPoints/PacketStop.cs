using System.Globalization;
using Appliance.Cli.Lab;

namespace Tests.Lab.CrashPoints;

/// <summary>
/// Lets the first packets of one connection through at the client, both ways counted together, and drops what follows until
/// it is lifted. What dies meanwhile has died after exactly that packet, as far as the client can tell.
/// </summary>
internal sealed class PacketStop : IDisposable
{
    private const string Table = "crash_point";

    private PacketStop()
    {
    }

    public static PacketStop After(int packets, int clientPort)
    {
        var file = Path.GetTempFileName();
        try
        {
            // The limit is a bucket of that many packets which as good as never fills again.
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
                table inet {{Table}}
                delete table inet {{Table}}
                table inet {{Table}} {
                    counter stopped { }
                    chain pass {
                        limit rate 1/hour burst {{packets}} packets accept
                        counter name stopped drop
                    }
                    chain output { type filter hook output priority 0; tcp sport {{clientPort}} jump pass; }
                    chain input { type filter hook input priority 0; tcp dport {{clientPort}} jump pass; }
                }
                """));
            RunNft("-f", file);
        }
        finally
        {
            File.Delete(file);
        }

        return new PacketStop();
    }

    /// <summary>Waits for the first packet that does not pass.</summary>
    /// <returns>False if the exchange ended with fewer packets.</returns>
    public static async Task<bool> IsReachedAsync(Task exchange, CancellationToken cancellationToken)
    {
        while (!exchange.IsCompleted)
        {
            if (!RunNft("list", "counter", "inet", Table, "stopped").Contains("packets 0 ", StringComparison.Ordinal))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }

        return false;
    }

    /// <summary>Lifts it.</summary>
    public void Dispose() => RunNft("delete", "table", "inet", Table);

    private static string RunNft(params string[] arguments) => Nft.Run(Topology.Find("client"), arguments);
}
