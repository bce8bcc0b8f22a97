namespace Appliance.Bench.Mail;

/// <summary>A webmail, and what each user asks of it, as wrk's Lua.</summary>
internal sealed record MailPath(string Path, string[] Scripts)
{
    public WrkResult Run(int users, string what, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("mail-bench-");
        try
        {
            // wrk has a script environment for each thread: one thread for each user.
            for (var user = 0; user < users; user++)
            {
                File.WriteAllText(System.IO.Path.Combine(folder.FullName, $"{user}.lua"), Scripts[user]);
            }

            var main = System.IO.Path.Combine(folder.FullName, "main.lua");
            File.WriteAllText(main, $$"""
                local count = 0
                function setup(thread) thread:set('user', count); count = count + 1 end
                function init(args) dofile('{{folder.FullName}}/' .. user .. '.lua'); turn = 0 end
                function request()
                    turn = turn + 1
                    local what = '{{what}}'
                    if what == 'mix' then what = turn % 2 == 1 and 'list' or 'open' end
                    return _G[what]()
                end

                """);
            var address = Scripts[0].Split("address = '")[1].Split('\'')[0];
            return Wrk.RunScript(main, address, users, seconds);
        }
        finally
        {
            folder.Delete(true);
        }
    }
}
