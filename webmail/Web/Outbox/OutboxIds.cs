using Webmail.Web.Database;

namespace Webmail.Web.Outbox;

/// <summary>Ids of submissions.</summary>
internal static class OutboxIds
{
    private const char Letter = 's';

    public static string Of(long number) => NumberedId.Of(Letter, number);

    public static bool TryParse(string? id, out long number) => NumberedId.TryParse(Letter, id, out number);
}
