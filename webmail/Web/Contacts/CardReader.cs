using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>Reads cards for one answer.</summary>
internal static class CardReader
{
    /// <summary>The cards with these numbers, or all; null if that is too much for one answer.</summary>
    public static async Task<IReadOnlyList<CardRow>?> ReadAsync(ContactView view, long[]? numbers)
    {
        // The parameter decides, so that there is one statement to get right.
        const string Wanted = "FROM contact_card WHERE account = $1 AND ($2 OR id = ANY($3))";
        object[] parameters = [numbers is null, numbers ?? []];
        var size = await view.ListAsync(
            row => (Cards: row.GetInt64(0), Bytes: row.GetInt64(1)), $"SELECT count(*), coalesce(sum(length(card::text)), 0)::bigint {Wanted}", parameters);
        return size[0].Cards > JmapLimits.ObjectsInGetMax || size[0].Bytes > ContactLimits.CardBytesInGetMax
            ? null
            : await view.ListAsync(CardRow.Read, $"SELECT {CardRow.Columns} {Wanted} ORDER BY id", parameters);
    }
}
