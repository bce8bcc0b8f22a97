using System.Diagnostics;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Bench;

/// <summary>
/// The proxies that people would otherwise run, on the same machine and towards the same file server as the splice, with the
/// settings their documentation recommends for throughput.
/// </summary>
internal sealed class Peers : IDisposable
{
    public const int HaproxyPort = 8081;
    public const int NginxPort = 8082;
    public const int HaproxyTlsPort = 8444;
    public const int NginxTlsPort = 8445;
    public const int DirectTlsPort = 8446;
    private const string Machine = "proxy1";
    private const string FilesMachine = "files1";
    private readonly string _folder = Directory.CreateTempSubdirectory("bench-").FullName;
    private readonly List<Process> _processes = [];

    public Peers()
    {
        // The certificate that spliced shows a client without a server name, to each peer as it wants it.
        var certificate = LabCertificates.Prepare()[0];
        File.WriteAllText(Path.Combine(_folder, "site.pem"), $"{File.ReadAllText(certificate.CertificateFile)}\n{File.ReadAllText(certificate.KeyFile)}\n");
        File.WriteAllText(Path.Combine(_folder, "haproxy.cfg"), $"""
            global
                maxconn 4096
                nbthread 2
            defaults
                mode http
                option splice-auto
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            frontend front
                bind 10.77.0.11:{HaproxyPort}
                bind 10.77.0.11:{HaproxyTlsPort} ssl crt {_folder}/site.pem ssl-min-ver TLSv1.3 alpn http/1.1
                default_backend files
            backend files
                http-reuse always
                server files1 {FilesAddress}:80

            """);
        var tls = $"ssl_certificate {certificate.CertificateFile}; ssl_certificate_key {certificate.KeyFile}; ssl_protocols TLSv1.3;";
        WriteNginx("nginx", $$"""
                client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy;
                upstream files { server {{FilesAddress}}:80; keepalive 64; keepalive_requests 1000000; }
                server {
                    listen 10.77.0.11:{{NginxPort}};
                    listen 10.77.0.11:{{NginxTlsPort}} ssl;
                    {{tls}}
                    location / { proxy_pass http://files; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host files.lab; proxy_max_temp_file_size 0; proxy_buffers 64 64k; }
                }
            """);
        WriteNginx("direct", $$"""
                server {
                    listen {{FilesAddress}}:{{DirectTlsPort}} ssl;
                    {{tls}}
                    root {{FilesServices.Root}};
                }
            """);
        _processes.Add(InMachine.Start(Machine, "haproxy", "-db", "-f", Path.Combine(_folder, "haproxy.cfg")));
        _processes.Add(InMachine.Start(Machine, "nginx", "-c", Path.Combine(_folder, "nginx.conf")));
        _processes.Add(InMachine.Start(FilesMachine, "nginx", "-c", Path.Combine(_folder, "direct.conf")));

        // The bare path: the client routes through the proxy machine's kernel, nothing else in between. With TLS the file server ends it itself.
        Shell.Run("ip", "-n", "lab-client", "route", "replace", $"{FilesAddress}/32", "via", "10.77.0.11");
        Shell.Run("ip", "-n", "lab-files1", "route", "replace", "10.77.0.0/24", "via", "10.78.0.11");
    }

    public static string FilesAddress { get; } = Topology.Find(FilesMachine).BackAddress!;

    public static IReadOnlyList<(string Path, string Address)> Paths { get; } =
    [
        ("direct", $"{FilesAddress}:80"),
        ("splice", "10.77.0.100:80"),
        ("haproxy", $"10.77.0.11:{HaproxyPort}"),
        ("nginx", $"10.77.0.11:{NginxPort}"),
    ];

    /// <summary>Waits until every path answers.</summary>
    public static void AwaitReady()
    {
        foreach (var (path, address) in Paths)
        {
            InMachine.Run("client", "curl", "-sf", "--retry", "50", "--retry-connrefused", "--retry-max-time", "20", "-m", "20",
                "-H", "Host: files.lab", "-o", "/dev/null", $"http://{address}/1k.bin");
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill(true);
            process.WaitForExit();
            process.Dispose();
        }

        Shell.Run("ip", "-n", "lab-client", "route", "del", $"{FilesAddress}/32");
        Shell.Run("ip", "-n", "lab-files1", "route", "del", "10.77.0.0/24");
        Directory.Delete(_folder, true);
    }

    private void WriteNginx(string name, string server) => File.WriteAllText(Path.Combine(_folder, $"{name}.conf"), $$"""
        daemon off; pid {{_folder}}/{{name}}.pid; error_log {{_folder}}/{{name}}.log; worker_processes 2;
        events { worker_connections 4096; }
        http {
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
        {{server}}
        }

        """);
}
