using System.Globalization;
using Webmail.Web.Jmap;

namespace Webmail.Web.Index;

/// <summary>The state of an account's mail: the number of its last change.</summary>
internal static class IndexState
{
    public static string Text(long modified) => modified.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="MethodException">cannotCalculateChanges: not a state we gave out.</exception>
    public static long Parse(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var modified) ? modified : throw Unknown(text);

    public static MethodException Unknown(string? text) => new("cannotCalculateChanges", $"What changed since the state {text} is not known; read anew.");
}
