using System.Globalization;

namespace Webmail.Web.Push;

/// <summary>What a client wants to be told (RFC 8620 §7.3).</summary>
/// <param name="Types">Of the types we push; others never change.</param>
/// <param name="ClosesAfterState">One event is enough.</param>
/// <param name="Ping">How often to ping; null: never.</param>
internal sealed record PushQuery(IReadOnlySet<string> Types, bool ClosesAfterState, TimeSpan? Ping)
{
    private const int TypesCharactersMax = 4000;

    /// <summary>Null if the request names anything that the RFC does not allow.</summary>
    public static PushQuery? Parse(IQueryCollection query)
    {
        var types = query["types"].ToString();
        var closeAfter = query["closeafter"].ToString();
        return types.Length is > 0 and <= TypesCharactersMax
            && closeAfter is "state" or "no"
            && int.TryParse(query["ping"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? new PushQuery(
                    PushStates.Types.Where(type => types == "*" || types.Split(',').Contains(type)).ToHashSet(),
                    closeAfter == "state",
                    seconds == 0 ? null : TimeSpan.FromSeconds(Math.Clamp(seconds, PushLimits.PingMin.TotalSeconds, PushLimits.PingMax.TotalSeconds)))
                : null;
    }
}
