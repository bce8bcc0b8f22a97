using Tests.Simulation.Engine;

namespace Tests.Simulation.Network;

/// <summary>Carries packets between machines: late, in any order, or not at all.</summary>
internal sealed class Wires(World world)
{
    private const double Late = 0.02;

    /// <summary>Part of the packets that get lost.</summary>
    public double Loss { get; set; }

    /// <summary>A late packet is late by up to so much, and overtaken.</summary>
    public TimeSpan LateMax { get; set; } = TimeSpan.FromMilliseconds(1);

    public static bool Reaches(Machine from, Machine to) => !to.IsDead && (from == to || (from.IsReachable && to.IsReachable));

    public TimeSpan Delay(Machine from, Machine to) => from == to
        ? world.Between(0.01, 0.03)
        : world.Between(0.05, 0.2) + (world.Chance(Late) ? world.Between(TimeSpan.Zero, LateMax) : TimeSpan.Zero);

    public void Send(Machine from, Machine to, Action arrives)
    {
        if (!Reaches(from, to) || (from != to && world.Chance(Loss)))
        {
            return;
        }

        world.After(Delay(from, to), () =>
        {
            if (Reaches(from, to))
            {
                arrives();
            }
        });
    }
}
