using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Web.Identities;

namespace Webmail.Web.Jmap.Methods.Identities;

/// <summary>What has changed about identities (RFC 8621 §6.2), for as long as all that were destroyed are remembered.</summary>
internal sealed class IdentityChangesMethod(IdentityStore identities) : IJmapMethod
{
    public string Name => "Identity/changes";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState must be given.");
        var idsMax = call.Number("maxChanges") ?? int.MaxValue;
        if (idsMax <= 0)
        {
            throw new MethodException("invalidArguments", "maxChanges must be greater than 0.");
        }

        var found = await identities.ReadAsync(account, call.Cancelled);
        if (!long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from < found.ChangesFrom || from > found.Modified)
        {
            throw new MethodException("cannotCalculateChanges", $"What changed since {since} is not known; read anew.");
        }

        // Each is named once, by its last change; what came and went meanwhile is not named at all.
        var changed = found.Identities.Where(identity => identity.Modified > from && !(identity.IsDestroyed && identity.Number > from))
            .OrderBy(identity => identity.Modified).ToList();
        var told = changed.Take(idsMax).ToList();
        var hasMore = told.Count < changed.Count;
        return new JsonObject
        {
            ["accountId"] = account.Id,
            ["oldState"] = since,
            ["newState"] = hasMore ? told[^1].Modified.ToString(CultureInfo.InvariantCulture) : found.State(),
            ["hasMoreChanges"] = hasMore,
            ["created"] = Ids(identity => identity.Number > from),
            ["updated"] = Ids(identity => identity.Number <= from && !identity.IsDestroyed),
            ["destroyed"] = Ids(identity => identity.IsDestroyed),
        };

        JsonArray Ids(Func<Identity, bool> isWanted) => new([.. told.Where(isWanted).Select(identity => (JsonNode)IdentityIds.Of(identity.Number))]);
    }
}
