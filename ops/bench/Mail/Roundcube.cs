using System.Diagnostics;
using System.Text.RegularExpressions;
using Appliance.Cli.Lab;

namespace Appliance.Bench.Mail;

/// <summary>
/// Debian's Roundcube on the first proxy's machine, under nginx and PHP-FPM with OPcache, towards the same Dovecot: with the
/// settings it comes with, or with its caches in the database as well.
/// </summary>
internal sealed partial class Roundcube : IDisposable
{
    private const string Installed = "/usr/share/roundcube";
    private const string Machine = "proxy1";
    private readonly string _folder = Directory.CreateTempSubdirectory("roundcube-").FullName;
    private readonly int _port;
    private readonly List<Process> _processes = [];

    public Roundcube(int port, bool caches)
    {
        if (!Directory.Exists(Installed) || !File.Exists("/usr/sbin/php-fpm8.2"))
        {
            throw new BenchException("Roundcube is not installed; run: apt-get install --no-install-recommends roundcube-core roundcube-sqlite3 php8.2-fpm");
        }

        _port = port;
        foreach (var part in (string[])["config", "log", "tmp"])
        {
            Directory.CreateDirectory(At(part));
        }

        File.Copy("/etc/roundcube/defaults.inc.php", At("config/defaults.inc.php"));
        File.Copy("/etc/roundcube/mimetypes.php", At("config/mimetypes.php"));
        File.WriteAllText(At("config/config.inc.php"), $"""
            <?php
            $config['db_dsnw'] = 'sqlite:///{At("roundcube.db")}?mode=0660';
            $config['imap_host'] = '{Topology.Find("mail").BackAddress}:143';
            $config['smtp_host'] = '{Topology.Find("mail").BackAddress}:587';
            $config['des_key'] = 'a-key-of-24-characters!!';
            $config['log_dir'] = '{At("log")}';
            $config['temp_dir'] = '{At("tmp")}';
            $config['plugins'] = [];
            $config['skin'] = 'elastic';
            $config['session_lifetime'] = 60;
            $config['login_rate_limit'] = 100;
            {(caches ? "$config['imap_cache'] = 'db'; $config['messages_cache'] = 'db';" : "")}

            """);
        Shell.Run("sqlite3", At("roundcube.db"), $".read {Installed}/SQL/sqlite.initial.sql");
        File.WriteAllText(At("fpm.conf"), $"""
            [global]
            daemonize = no
            error_log = {At("fpm.log")}
            [www]
            user = www-data
            group = www-data
            listen = {At("fpm.sock")}
            listen.mode = 0666
            pm = static
            pm.max_children = 8
            env[ROUNDCUBE_CONFIG_DIR] = {At("config")}
            php_admin_value[opcache.enable] = 1

            """);
        File.WriteAllText(At("nginx.conf"), $$"""
            daemon off; pid {{At("nginx.pid")}}; error_log {{At("nginx.log")}}; worker_processes 2;
            events { worker_connections 1024; }
            http {
                access_log off; keepalive_requests 1000000; client_body_temp_path {{At("body")}}; fastcgi_temp_path {{At("fcgi")}};
                server {
                    listen {{Topology.Find(Machine).FrontAddress}}:{{port}};
                    root {{Installed}};
                    location / {
                        fastcgi_pass unix:{{At("fpm.sock")}};
                        include /etc/nginx/fastcgi_params;
                        fastcgi_param SCRIPT_FILENAME {{Installed}}/index.php;
                        fastcgi_param SCRIPT_NAME /index.php;
                    }
                }
            }

            """);
        Shell.Run("chown", "-R", "www-data:www-data", _folder);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        _processes.Add(InMachine.Start(Machine, "php-fpm8.2", "--fpm-config", At("fpm.conf")));
        _processes.Add(InMachine.Start(Machine, "nginx", "-c", At("nginx.conf")));
    }

    /// <summary>Signs in: what is measured, as Lua functions that make requests. The newest message is the one with the largest UID.</summary>
    public string Script(string user, int messages)
    {
        var headers = string.Join('\n', SignIn(user).Select(header => header.Split(": ", 2)).Select(pair => $"headers['{pair[0]}'] = '{pair[1]}'"));
        return $$"""
            address = '{{Url}}'
            local headers = {}
            {{headers}}
            function list() return wrk.format('GET', '{{List}}', headers) end
            function open() return wrk.format('GET', '/?_task=mail&_action=preview&_framed=1&_mbox=INBOX&_uid={{messages}}', headers) end
            function search() return wrk.format('GET', '{{Search}}', headers) end
            function file() return wrk.format('GET', '{{Attachment}}', headers) end
            """;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill(true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_folder, true);
    }

    private string Url => $"http://{Topology.Find(Machine).FrontAddress}:{_port}/";

    private static string List => "/?_task=mail&_action=list&_refresh=1&_layout=widescreen&_mbox=INBOX&_page=1&_remote=1";

    private static string Search => $"/?_task=mail&_action=search&_q={BenchMailbox.Word}&_headers=subject,from&_layout=widescreen&_filter=ALL&_scope=base&_mbox=INBOX&_remote=1";

    private static string Attachment => $"/?_task=mail&_action=get&_mbox={BenchMailbox.FileFolder}&_uid=1&_part=2&_download=1";

    /// <summary>The headers of a request in this session.</summary>
    private string[] SignIn(string user)
    {
        var jar = Path.Combine(_folder, user + ".jar");
        var token = Token().Match(Curl(jar, "--retry", "50", "--retry-connrefused", Url)).Groups[1].Value;
        var mail = Curl(jar, "-L", "--data-urlencode", $"_user={user}", "--data-urlencode", $"_pass={BenchMailbox.Password}", "-d",
            $"_task=login&_action=login&_timezone=UTC&_url=&_token={token}", Url + "?_task=login");
        var request = RequestToken().Match(mail) is { Success: true } found
            ? found.Groups[1].Value
            : throw new BenchException($"Roundcube did not let {user} in; look into {_folder}");
        var cookies = File.ReadLines(jar).Select(line => line.Split('\t')).Where(cells => cells.Length == 7).Select(cells => $"{cells[5]}={cells[6]}");
        return ["Cookie: " + string.Join("; ", cookies), "X-Roundcube-Request: " + request, "X-Requested-With: XMLHttpRequest"];
    }

    private static string Curl(string jar, params string[] arguments) =>
        InMachine.Run("client", ["curl", "-s", "-m", "60", "-b", jar, "-c", jar, .. arguments]);

    private string At(string name) => Path.Combine(_folder, name);

    [GeneratedRegex("name=\"_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("\"request_token\":\"([^\"]+)\"")]
    private static partial Regex RequestToken();
}
