using Microsoft.AspNetCore.Server.Kestrel.Core;
using Webmail.Web.Answers;
using Webmail.Web.Config;

namespace Webmail.Web.Domains;

/// <summary>
/// A listener of its own for the machine's administrator, and the only one on which anything of theirs is answered: connections to it are
/// marked, and marked requests go another way from the first middleware on. Who may use it is said by the mode of the socket's file.
/// </summary>
internal static class AdminSocket
{
    public static void ListenForAdmin(this KestrelServerOptions kestrel, AdminConfig admin)
    {
        // Left behind by a process that was killed; else the address is in use.
        File.Delete(admin.Socket);
        kestrel.ListenUnixSocket(admin.Socket, endpoint => endpoint.Use(next => connection =>
        {
            connection.Features.Set(Mark.Instance);
            return next(connection);
        }));
    }

    /// <summary>First of all middleware.</summary>
    public static void UseAdmin(this WebApplication app, AdminConfig admin)
    {
        app.MapWhen(context => context.Features.Get<Mark>() is not null, branch =>
        {
            branch.UseMiddleware<FailureMiddleware>();
            branch.UseRouting();
            branch.UseEndpoints(app.Services.GetRequiredService<DomainEndpoints>().Map);
        });
        app.Lifetime.ApplicationStarted.Register(() => File.SetUnixFileMode(admin.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private sealed class Mark
    {
        public static Mark Instance { get; } = new();
    }
}
