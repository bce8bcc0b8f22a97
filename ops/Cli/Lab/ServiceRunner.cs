using System.Diagnostics;
using System.Globalization;

namespace Appliance.Cli.Lab;

/// <summary>Starts services so that they outlive this command, and finds them again by their pid files.</summary>
public static class ServiceRunner
{
    /// <summary>Writes its own pid and becomes the service: the pid file is never about anything else. A service may open as many
    /// files as systemd lets it, where that is allowed: a backend has one for each flow.</summary>
    private const string Launcher = "ulimit -Hn 524288 2>/dev/null; echo $$ > \"$PID_FILE\"; exec \"$@\" >> \"$LOG_FILE\" 2>&1 < /dev/null";

    /// <summary>The service's process, or null. A pid that now belongs to something else is not it.</summary>
    public static int? Pid(Service service)
    {
        if (!File.Exists(service.PidFile)
            || !int.TryParse(File.ReadAllText(service.PidFile).Trim(), CultureInfo.InvariantCulture, out var pid)
            || State(pid) is null or 'Z')
        {
            return null;
        }

        return CommandLine(pid).Contains(service.Name, StringComparison.Ordinal) ? pid : null;
    }

    /// <summary>running, frozen or stopped.</summary>
    public static string StateWord(Service service) => Pid(service) is not { } pid ? "stopped" : State(pid) == 'T' ? "frozen" : "running";

    public static void Start(Service service)
    {
        if (Pid(service) is not null)
        {
            return;
        }

        service.Prepare();
        service.Clean();
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = false, WorkingDirectory = "/" };
        if (service.Machine is { } machine)
        {
            start.ArgumentList.Add("nsenter");
            start.ArgumentList.Add($"--net={machine.NamespacePath}");
        }

        foreach (var argument in (string[])["sh", "-c", Launcher, service.Name, .. service.Command])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PID_FILE"] = service.PidFile;
        start.Environment["LOG_FILE"] = service.LogFile;
        start.Environment["DOTNET_gcServer"] = "0";
        using var process = Process.Start(start) ?? throw new FailedException($"{service.FullName} could not be started");
        for (var waited = 0; Pid(service) is null && waited < 500; waited++)
        {
            if (process.HasExited)
            {
                break;
            }

            process.WaitForExit(TimeSpan.FromMilliseconds(2));
        }
    }

    /// <summary>Waits for the service to be usable; false when its time is over or it has ended.</summary>
    public static bool AwaitReady(Service service)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < service.ReadyTimeout)
        {
            if (service.Ready())
            {
                return true;
            }

            if (Pid(service) is null && clock.Elapsed > TimeSpan.FromSeconds(1))
            {
                return false;
            }

            Task.Delay(TimeSpan.FromMilliseconds(20)).Wait();
        }

        return false;
    }

    public static void Signal(int pid, string signal) => Shell.Try("kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Every process of a machine, services and their children alike.</summary>
    public static IReadOnlyList<int> PidsOf(Machine machine) =>
        Network.Exists(machine)
            ? Shell.Run("ip", "netns", "pids", machine.Namespace).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList()
            : [];

    public static void SignalAll(IReadOnlyList<int> pids, string signal)
    {
        if (pids.Count > 0)
        {
            Shell.Try("kill", [$"-{signal}", .. pids.Select(pid => pid.ToString(CultureInfo.InvariantCulture))]);
        }
    }

    /// <summary>Ends it and waits until it is gone.</summary>
    public static void Stop(Service service)
    {
        if (Pid(service) is { } pid)
        {
            Signal(pid, service.StopSignal);
            for (var waited = 0; Pid(service) == pid && waited < 500; waited++)
            {
                Task.Delay(TimeSpan.FromMilliseconds(10)).Wait();
            }
        }
    }

    /// <summary>As a crash: the service and its workers, without a farewell.</summary>
    public static void Kill(Service service)
    {
        if (Pid(service) is { } pid)
        {
            // Each service was started as the leader of a group; the dash makes it the group's number.
            Shell.Try("kill", "-KILL", "--", string.Create(CultureInfo.InvariantCulture, $"-{pid}"));
        }
    }

    /// <summary>Empty if the process has just gone.</summary>
    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static char? State(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
