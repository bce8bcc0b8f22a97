using System.Globalization;

namespace Webmail.Web.Domains;

/// <summary>Mail domains in the one form in which they are compared: ASCII (RFC 5890), lower case.</summary>
internal static class DomainName
{
    /// <summary>Stands for all domains that the map does not name.</summary>
    public const string Any = "*";

    private const int CharactersMax = 253;

    private static readonly IdnMapping Ascii = new() { UseStd3AsciiRules = true };

    /// <summary>Null if it is none.</summary>
    public static string? Parse(string text)
    {
        try
        {
            return Ascii.GetAscii(text) is { Length: <= CharactersMax } ascii ? ascii.ToLowerInvariant() : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Of a user's name; <see cref="Any"/> if it has none.</summary>
    public static string Of(string username) => Parse(username[(username.LastIndexOf('@') + 1)..]) ?? Any;
}
