using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>A filter and an order of cards.</summary>
internal sealed record CardQuery(CardFilter Filter, string Order)
{
    public static CardQuery Read(JmapCall call) => new(CardFilter.Read(call.Object("filter")), CardSort.Read(call.Array("sort")));

    /// <summary>The ids of all cards that match, in order.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(ContactView view) => await view.ListAsync(
        row => ContactIds.OfCard(row.GetInt64(0)),
        $"SELECT id FROM contact_card WHERE account = $1 AND {Filter.Sql} ORDER BY {Order}",
        [.. Filter.Parameters]);
}
