using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>nftables in the network of one of the lab's machines.</summary>
internal static class Nft
{
    public static string Run(Machine machine, params string[] arguments) =>
        Shell.Run("nsenter", [$"--net={machine.NamespacePath}", "nft", .. arguments]);
}
