using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tests.Unit.Splice;

namespace Tests.Unit.Webmail.Domains;

/// <summary>A real HTTPS server on a free loopback port that answers each host and path with what the test gave it, and all others with 404.</summary>
internal sealed class AutoconfigServer : IAsyncDisposable
{
    private readonly DaemonTlsCertificates _certificates = new();
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;

    public AutoconfigServer(params string[] names)
    {
        var files = _certificates.Make("autoconfig", names);
        using var pem = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        _certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Dictionary<string, string> Files { get; } = [];

    /// <summary>Where to go instead.</summary>
    public Dictionary<string, string> Redirects { get; } = [];

    public int Requests { get; private set; }

    /// <summary>The last request: its head as HTTP/1.1 writes it, and its body.</summary>
    public string Last { get; private set; } = "";

    public int Port => new Uri(_app.Urls.Single()).Port;

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Trusts this server's certificate, and its name too.</summary>
    public bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && _certificate.RawDataMemory.Span.SequenceEqual(certificate!.GetRawCertData());

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        _certificates.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests++;
        using var body = new StreamReader(context.Request.Body);
        Last = string.Join("\r\n", [
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
            .. context.Request.Headers.Select(field => $"{field.Key}: {field.Value}"), "", await body.ReadToEndAsync()]);
        var key = $"{context.Request.Host.Host}{context.Request.Path}";
        if (Redirects.TryGetValue(key, out var other))
        {
            context.Response.Redirect(other);
        }
        else if (Files.TryGetValue(key, out var file))
        {
            await context.Response.WriteAsync(file);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
