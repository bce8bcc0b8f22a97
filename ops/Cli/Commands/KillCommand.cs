using Appliance.Cli.Lab;

namespace Appliance.Cli.Commands;

/// <summary><c>kill</c> and <c>revive</c>.</summary>
internal static class KillCommand
{
    public static int Kill(IReadOnlyList<string> names, string how)
    {
        if (!Enum.TryParse<Dying>(how, true, out var dying))
        {
            throw new UsageException($"'{how}' is no way of dying; use kill, freeze, unplug or reboot");
        }

        foreach (var name in names)
        {
            Failure.Apply(name, dying);
            Console.WriteLine($"appliance: {name}: {how}");
        }

        return ExitCodes.Ok;
    }

    public static int Revive(IReadOnlyList<string> names)
    {
        using var held = LabLock.Take();
        foreach (var name in names)
        {
            Failure.Revive(name);
            Console.WriteLine($"appliance: {name} is back");
        }

        return ExitCodes.Ok;
    }
}
