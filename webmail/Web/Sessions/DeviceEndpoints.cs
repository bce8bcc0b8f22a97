using System.Text.Json.Nodes;
using Webmail.Web.Answers;
using Webmail.Web.Contacts;
using Webmail.Web.Journal;

namespace Webmail.Web.Sessions;

/// <summary>/session/devices: where else the account is signed in, and signing out there, which holds at once on every backend.</summary>
internal static class DeviceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/session/devices", ListAsync);
        routes.MapDelete("/session/devices", RemoveOthersAsync);
        routes.MapDelete("/session/devices/{id}", RemoveAsync);
    }

    private static async Task ListAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var sessions = context.RequestServices.GetRequiredService<SessionStore>();
        var listed = await account.Choices.ChooseAsync(
            "session.list", token => sessions.ListAsync(account.Id, account.Time.GetUtcNow(), token), context.RequestAborted);
        var own = Convert.ToHexStringLower(SignedIn.SessionOf(context) ?? []);
        await Answer.JsonAsync(context, new JsonObject
        {
            ["devices"] = new JsonArray([.. listed.Select(session => new JsonObject
            {
                ["id"] = session.Id,
                ["name"] = session.Device.Name,
                ["network"] = session.Device.Network,
                ["created"] = UtcText.Of(session.Created.UtcDateTime),
                ["lastUsed"] = UtcText.Of(session.Used.UtcDateTime),
                ["isThis"] = session.Id == own,
            })]),
        });
    }

    private static async Task RemoveAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var text = (string)context.Request.RouteValues["id"]!;
        var id = new byte[text.Length / 2];
        if (text.Length != 2 * SessionKey.RowIdBytes
            || Convert.FromHexString(text, id, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            await Answer.ProblemAsync(context, 404, "Not found", "There is no such device.");
            return;
        }

        var sessions = context.RequestServices.GetRequiredService<SessionStore>();
        await context.Journal().PerformAsync(
            "session.remove", new RepeatableEffect<bool>(token => sessions.RemoveAsync(account.Id, id, token)), context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private static async Task RemoveOthersAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var sessions = context.RequestServices.GetRequiredService<SessionStore>();
        // Of no session, and so all of them, when the request came with name and password.
        var own = SignedIn.SessionOf(context) ?? [];
        await context.Journal().PerformAsync(
            "session.remove-others", new RepeatableEffect<bool>(token => sessions.RemoveOthersAsync(account.Id, own, token)), context.RequestAborted);
        await Answer.NoContentAsync(context);
    }
}
