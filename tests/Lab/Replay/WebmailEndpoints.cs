using Appliance.Cli.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Jmap;

namespace Tests.Lab.Replay;

/// <summary>What the application itself says that it answers: it is put together as always, but not started.</summary>
internal sealed class WebmailEndpoints : IAsyncDisposable
{
    private readonly WebApplication _app;

    public WebmailEndpoints()
    {
        var (config, mistakes) = ConfigReader.Read(File.ReadAllText(LabPaths.Etc("backend1", "webmail.json")));
        Assert.Empty(mistakes);
        _app = WebmailApp.Build(config! with { Splice = config.Splice with { Enabled = false } });
    }

    /// <summary>Methods and patterns.</summary>
    public IEnumerable<string> Routes => Endpoints.SelectMany(endpoint => Methods(endpoint).Select(method => Text(method, endpoint)));

    public IEnumerable<string> JmapMethods => _app.Services.GetServices<IJmapMethod>().Select(method => method.Name);

    /// <summary>The route that answers a request; null if there is none.</summary>
    public string? RouteOf(string requestLine)
    {
        var (method, path) = requestLine.Split(' ') is [var first, var second, ..] ? (first, second.Split('?')[0]) : ("", "");
        return Endpoints.Where(endpoint => Methods(endpoint).Contains(method))
            .Where(endpoint => new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []))
            .MinBy(endpoint => endpoint.RoutePattern.InboundPrecedence) is { } found ? Text(method, found) : null;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<RouteEndpoint> Endpoints =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private static IReadOnlyList<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods;

    private static string Text(string method, RouteEndpoint endpoint) => $"{method} {endpoint.RoutePattern.RawText}";
}
