using Webmail.Web.Database;

namespace Webmail.Web.Jobs;

/// <summary>Ids of jobs.</summary>
internal static class JobIds
{
    private const char Letter = 'j';

    public static string Of(long number) => NumberedId.Of(Letter, number);

    public static bool TryParse(string? id, out long number) => NumberedId.TryParse(Letter, id, out number);
}
