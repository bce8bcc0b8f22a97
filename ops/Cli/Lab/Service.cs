namespace Appliance.Cli.Lab;

/// <summary>A process of a machine.</summary>
/// <param name="Machine">Where it runs; null for the root namespace.</param>
/// <param name="Name">Its name on the command line, <c>machine/name</c>.</param>
/// <param name="Command">Program and arguments; it stays in the foreground and logs to its output.</param>
public sealed record Service(Machine? Machine, string Name, IReadOnlyList<string> Command)
{
    /// <summary>Writes configuration and makes folders; before every start, changes nothing that is right already.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Removes what an earlier run left behind and the next would stumble over; only while it does not run.</summary>
    public Action Clean { get; init; } = () => { };

    /// <summary>True when it can be used.</summary>
    public Func<bool> Ready { get; init; } = () => true;

    /// <summary>What stops it in peace: TERM for those whose children would outlive them otherwise.</summary>
    public string StopSignal { get; init; } = "KILL";

    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public string MachineName => Machine?.Name ?? "admin";

    public string FullName => $"{MachineName}/{Name}";

    public string PidFile => LabPaths.Pid(MachineName, Name);

    public string LogFile => LabPaths.Log(MachineName, Name);
}
