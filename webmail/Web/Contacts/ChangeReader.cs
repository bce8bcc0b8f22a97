using System.Globalization;
using Webmail.Web.Database;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>Reads the log of changes.</summary>
internal static class ChangeReader
{
    private const int IdsMax = 500;
    private const int RowsMax = 5000;

    /// <summary>Null if the changes since that state are not known (any longer).</summary>
    public static async Task<ChangedIds?> ReadAsync(ContactView view, ContactType type, string since, int? idsMax)
    {
        // Since the last change of this type nothing can be missing, however long ago that was.
        if (!long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || from < Math.Min(view.States.ChangesFrom, view.States.Of(type)) || from > view.States.Modified)
        {
            return null;
        }

        var rows = await view.ListAsync(
            row => (Modified: row.GetInt64(0), Id: row.GetInt64(1), Verb: (ChangeVerb)row.GetInt16(2)),
            $"SELECT modified, id, verb FROM contact_change WHERE account = $1 AND type = $2 AND modified > $3 ORDER BY modified LIMIT {RowsMax + 1}",
            (short)type,
            from);
        var ends = new Dictionary<long, (ChangeVerb First, ChangeVerb Last)>();
        var limit = Math.Min(idsMax ?? IdsMax, IdsMax);
        var taken = 0;
        foreach (var (_, id, verb) in rows.Take(RowsMax))
        {
            var isKnown = ends.TryGetValue(id, out var known);
            if (!isKnown && ends.Count == limit)
            {
                break;
            }

            ends[id] = (isKnown ? known.First : verb, verb);
            taken++;
        }

        var hasMore = taken < rows.Count;
        return new ChangedIds(
            hasMore ? rows[taken - 1].Modified.ToString(CultureInfo.InvariantCulture) : view.States.Text(type),
            hasMore,
            Ids(verbs => verbs is { First: ChangeVerb.Created, Last: not ChangeVerb.Destroyed }),
            Ids(verbs => verbs is { First: not ChangeVerb.Created, Last: not ChangeVerb.Destroyed }),
            Ids(verbs => verbs is { First: not ChangeVerb.Created, Last: ChangeVerb.Destroyed }));

        string[] Ids(Func<(ChangeVerb First, ChangeVerb Last), bool> isWanted) =>
            [.. ends.Where(pair => isWanted(pair.Value)).Select(pair => ContactIds.Of(type, pair.Key))];
    }

    public static MethodException Unknown(string since) =>
        new("cannotCalculateChanges", $"What changed since {since} is not known; changes are kept for {ContactLimits.ChangesLifetime.TotalDays:0} days. Read anew.");
}
