namespace Tests.Simulation.Cases;

/// <summary>The first thing that went wrong; null if nothing did.</summary>
internal sealed class Verdict
{
    public string? Failure { get; private set; }

    public void Fail(string what) => Failure ??= what;
}
