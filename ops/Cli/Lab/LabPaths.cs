namespace Appliance.Cli.Lab;

/// <summary>Where everything of a running lab lies: below <c>ops/var</c> of the checkout.</summary>
public static class LabPaths
{
    public static string Root { get; } = FindRoot();

    public static string Var { get; } = Path.Combine(Root, "ops", "var");

    public static string App(string name) => Path.Combine(Var, "app", name);

    public static string Etc(string machine, string file) => Made(Path.Combine(Var, "etc", machine), file);

    public static string EtcCommon(string file) => Made(Path.Combine(Var, "etc"), file);

    public static string Data(string machine, string service) => Path.Combine(Var, "data", machine, service);

    public static string Log(string machine, string service) => Made(Path.Combine(Var, "log", machine), service + ".log");

    public static string Pid(string machine, string service) => Made(Path.Combine(Var, "run", machine), service + ".pid");

    public static string Run(string machine, string file) => Made(Path.Combine(Var, "run", machine), file);

    /// <summary>In a folder of spliced's own, which makes it.</summary>
    public static string ControlSocket(string proxy) => Run(Path.Combine(proxy, "spliced"), "spliced.sock");

    /// <summary>Of a backend's webmail, which makes it.</summary>
    public static string AdminSocket(string backend) => Run(backend, "webmail-admin.sock");

    public static string PinPath(string proxy) => $"/sys/fs/bpf/splice-{proxy}";

    private static string Made(string folder, string file)
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Appliance.sln")))
            {
                return folder.FullName;
            }
        }

        throw new FailedException($"the checkout of {AppContext.BaseDirectory} was not found; run ops/appliance from it");
    }
}
