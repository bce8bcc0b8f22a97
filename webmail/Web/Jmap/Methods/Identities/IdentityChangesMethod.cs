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
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await identities.ReadAsync(account, call.Cancelled);
        if (!long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from < found.ChangesFrom || from > found.Modified)
        {
            throw new MethodException("cannotCalculateChanges", $"What changed since {since} is not known; read anew.");
        }

        // Each is named once, by its last change; what came and went meanwhile is not named at all.
        var changed = found.Identities.Where(identity => identity.Modified > from && !(identity.IsDestroyed && identity.Number > from))
            .OrderBy(identity => identity.Modified).ToList();
        var told = changed.Take(idsMax ?? int.MaxValue).ToList();
        var hasMore = told.Count < changed.Count;
        return ChangesAnswer.Of(
            call,
            since,
            hasMore ? told[^1].Modified.ToString(CultureInfo.InvariantCulture) : found.State(),
            hasMore,
            Ids(identity => identity.Number > from),
            Ids(identity => identity.Number <= from && !identity.IsDestroyed),
            Ids(identity => identity.IsDestroyed));

        IEnumerable<string> Ids(Func<Identity, bool> isWanted) => told.Where(isWanted).Select(identity => IdentityIds.Of(identity.Number));
    }
}
