using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>Dovecot (IMAP, submission, LMTP, ManageSieve) and Postfix, which delivers into it.</summary>
public static class MailServices
{
    public static IEnumerable<Service> For(Machine machine)
    {
        yield return Dovecot(machine);
        yield return Postfix(machine);
    }

    private static Service Dovecot(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "dovecot.conf");
        return new Service(machine, "dovecot", ["dovecot", "-F", "-c", config])
        {
            Prepare = () =>
            {
                var run = LabPaths.Run(machine.Name, "dovecot");
                var mail = LabPaths.Data(machine.Name, "mail");
                Directory.CreateDirectory(run);
                Directory.CreateDirectory(mail);
                Shell.Run("chown", "mail:mail", mail);
                ConfigFile.Write(LabPaths.Etc(machine.Name, "users"),
                    string.Concat(MailUsers.All.Select(user => $"{user.Address}:{{PLAIN}}{user.Password}\n")));
                var sieve = ConfigFile.Write(LabPaths.Etc(machine.Name, "duplicates.sieve"), ConfigFile.Fill("config/duplicates.sieve"));
                Shell.Run("sievec", sieve);
                ConfigFile.Write(config, ConfigFile.Fill("config/dovecot.conf",
                    ("RUN", run), ("MAIL", mail), ("USERS", LabPaths.Etc(machine.Name, "users")), ("SIEVE", sieve), ("ADDRESS", machine.BackAddress!)));
            },
            StopSignal = "TERM",
            Clean = () => File.Delete(Path.Combine(LabPaths.Run(machine.Name, "dovecot"), "master.pid")),
            Ready = () => Probe.Listens(machine, 143) && Probe.Listens(machine, 4190),
        };
    }

    private static Service Postfix(Machine machine)
    {
        var folder = Path.Combine(LabPaths.Data(machine.Name, "postfix"));
        var config = Path.Combine(folder, "etc");
        return new Service(machine, "postfix", ["/usr/lib/postfix/sbin/master", "-c", config, "-d"])
        {
            Prepare = () =>
            {
                Directory.CreateDirectory(config);
                Directory.CreateDirectory(Path.Combine(folder, "data"));
                Shell.Run("chown", "postfix:postfix", Path.Combine(folder, "data"));
                ConfigFile.Write(Path.Combine(config, "main.cf"), ConfigFile.Fill("config/postfix-main.cf",
                    ("FOLDER", folder), ("ADDRESS", machine.BackAddress!), ("LOG", LabPaths.Log(machine.Name, "postfix"))));
                ConfigFile.Write(Path.Combine(config, "master.cf"), ConfigFile.Fill("config/postfix-master.cf", ("ADDRESS", machine.BackAddress!)));
                Directory.CreateDirectory(Path.Combine(folder, "queue"));
                // Inside the machine, for it looks for its address there; makes the queue's folders.
                Shell.Run("nsenter", $"--net={machine.NamespacePath}", "postfix", "-c", config, "check");
            },
            Ready = () => Probe.Listens(machine, 25),
        };
    }
}
