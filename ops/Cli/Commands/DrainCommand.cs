using Appliance.Cli.Lab;

namespace Appliance.Cli.Commands;

/// <summary><c>drain</c> and <c>undrain</c>.</summary>
internal static class DrainCommand
{
    public static int Run(IReadOnlyList<string> names, bool draining)
    {
        foreach (var name in names)
        {
            Drain.Set(name, draining);
            Console.WriteLine($"appliance: {name} {(draining ? "takes no new work" : "takes new work again")}");
        }

        return ExitCodes.Ok;
    }
}
