using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>
/// A script's id follows from its name, so that any backend gives the same one. A script renamed through us keeps its id, which
/// is then noted; another that takes its old name gets the next id of that name.
/// </summary>
internal static class ScriptId
{
    private const int Characters = 24;

    /// <param name="name">Of the script.</param>
    /// <param name="noted">Ids that do not follow from names, by names.</param>
    public static string Of(string name, IReadOnlyDictionary<string, string> noted)
    {
        if (noted.TryGetValue(name, out var id))
        {
            return id;
        }

        var number = 0;
        while (noted.Values.Contains(id = Derived(name, number)))
        {
            number++;
        }

        return id;
    }

    /// <summary>It must be noted, for it does not follow from the name alone.</summary>
    public static bool IsToNote(string id, string name) => id != Derived(name, 0);

    private static string Derived(string name, int number) =>
        "s" + Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\0{name}"))))[..Characters];
}
