using System.Globalization;
using System.Text.RegularExpressions;

namespace Webmail.Web.Blobs;

/// <summary>The blob id of a part of a message that is itself a blob: an upload, or a message attached to another.</summary>
/// <param name="Part">As IMAP would call it within that message; or a <see cref="File"/>.</param>
/// <param name="Outer">Blob id of that message.</param>
internal readonly partial record struct NestedBlobId(string Part, string Outer)
{
    private const int CharactersMax = 255;

    /// <summary>A file written into a text (uuencode), by its number from 1 on.</summary>
    public static string File(int number) => $"u{number}";

    public static bool TryFile(string part, out int number)
    {
        number = 0;
        return part is ['u', .. var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public static bool TryParse(string? text, out NestedBlobId id)
    {
        var match = text is { Length: <= CharactersMax } ? Shape().Match(text) : Match.Empty;
        id = match.Success ? new NestedBlobId(match.Groups[1].Value.Replace('-', '.'), match.Groups[2].Value) : default;
        return match.Success;
    }

    public override string ToString() => $"n{Part.Replace('.', '-')}-{Outer}";

    [GeneratedRegex("^n(u[1-9][0-9]?|[1-9][0-9]{0,3}(?:-[1-9][0-9]{0,3})*)-([a-z].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
