using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Splice.Daemon.Routing;
using Splice.Daemon.Tls;

namespace Splice.Daemon.Control;

/// <summary>The control API on a unix socket: who may open the socket may call it.</summary>
internal static class ControlApi
{
    public static void MapControl(this IEndpointRouteBuilder routes, StatusReader status, Router router, CertificateStore? certificates)
    {
        routes.MapGet("/health", () => "ok");
        routes.MapGet("/status", () => status.Status());
        routes.MapGet("/flows", () => status.Flows());
        routes.MapPrometheusScrapingEndpoint("/metrics");
        routes.MapPost("/backends/{name}/drain", (string name) => SetDraining(router, name, true));
        routes.MapPost("/backends/{name}/undrain", (string name) => SetDraining(router, name, false));
        routes.MapPost("/certificates/reload", () => Reload(certificates));
    }

    private static IResult SetDraining(Router router, string name, bool draining)
    {
        if (router.Find(name) is not { } backend)
        {
            return Results.Problem(
                $"there is no backend '{name}'; known are {string.Join(", ", router.Backends.Select(known => known.Name))}", statusCode: 404);
        }

        backend.Draining = draining;
        return Results.NoContent();
    }

    private static IResult Reload(CertificateStore? certificates)
    {
        if (certificates is null)
        {
            return Results.Problem("this proxy serves no HTTPS; the section tls of its configuration is missing", statusCode: 404);
        }

        var mistakes = certificates.Reload();
        return mistakes.Count == 0
            ? Results.NoContent()
            : Results.Problem($"{string.Join("; ", mistakes)}; the certificate before stays in force", statusCode: 422);
    }
}
