using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Journal;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>/session/second-factor: the account's owner looks at it, sets it up, confirms it, and removes it with a code.</summary>
internal static class SecondFactorEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/session/second-factor", ReadAsync);
        routes.MapPost("/session/second-factor", OfferAsync);
        routes.MapPost("/session/second-factor/confirmation", ConfirmAsync);
        routes.MapPost("/session/second-factor/removal", RemoveAsync);
    }

    private static async Task ReadAsync(HttpContext context)
    {
        if (await RequireAsync(context) is { } account)
        {
            var state = await Store(context).ReadAsync(account, context.RequestAborted);
            await Answer.JsonAsync(context, new JsonObject { ["isOn"] = state.IsOn, ["recoveryCodesLeft"] = state.RecoveryCodesLeft });
        }
    }

    private static async Task OfferAsync(HttpContext context)
    {
        if (await RequireAsync(context) is not { } account)
        {
            return;
        }

        var seal = context.RequestServices.GetRequiredService<SecondFactorSeal>();
        if (!seal.IsThere)
        {
            await Answer.ProblemAsync(context, 501, "Not offered here", "The configuration names no splice.clusterKeyFile, under which secrets could be sealed.");
            return;
        }

        var entropy = context.Journal().Entropy;
        var bytes = SecondFactorSecret.New(entropy);
        if (!await Store(context).OfferAsync(account, seal.Seal(account.Id, bytes, entropy), context.RequestAborted))
        {
            await Answer.ProblemAsync(context, 409, "The second factor is on", "Remove it before you set up another.");
            return;
        }

        var secret = new SecondFactorSecret(bytes);
        var username = account.Credentials.Username;
        await Answer.JsonAsync(
            context, new JsonObject { ["secret"] = secret.Text, ["uri"] = secret.Uri(username), ["qrCode"] = secret.QrCode(username) });
    }

    private static async Task ConfirmAsync(HttpContext context)
    {
        if (await RequireAsync(context) is not { } account)
        {
            return;
        }

        var codes = RecoveryCodes.New(context.Journal().Entropy);
        byte[][] hashes = [.. codes.Select(code => RecoveryCodes.Hash(account.Id, code))];
        if (await PassesAsync(context, code => Store(context).ConfirmAsync(account, Network(context), code, hashes, context.RequestAborted)))
        {
            await Answer.JsonAsync(context, new JsonObject { ["recoveryCodes"] = new JsonArray([.. codes]) });
        }
    }

    private static async Task RemoveAsync(HttpContext context)
    {
        if (await RequireAsync(context) is { } account
            && await PassesAsync(context, code => Store(context).RemoveAsync(account, Network(context), code, context.RequestAborted)))
        {
            await Answer.NoContentAsync(context);
        }
    }

    /// <summary>Not 401: the session is as good as before.</summary>
    private static async Task<bool> PassesAsync(HttpContext context, Func<string, ValueTask<CodeAnswer>> check) =>
        await CodeCheck.PassesAsync(
            context, StatusCodes.Status403Forbidden, await SmallJson.ReadAsync(context) is { } body ? SignInRequest.CodeOf(body) : null, check);

    private static ValueTask<MailAccount?> RequireAsync(HttpContext context) => context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context);

    private static SecondFactorStore Store(HttpContext context) => context.RequestServices.GetRequiredService<SecondFactorStore>();

    private static string Network(HttpContext context) => ClientNetwork.Of(context.Connection.RemoteIpAddress);
}
