using System.Buffers;

namespace Webmail.Contacts.Csv;

/// <summary>One cell as it is safe in a spreadsheet: what would run as a formula begins with an apostrophe.</summary>
internal static class CsvCell
{
    private const char Defused = '\'';
    private static readonly SearchValues<char> Dangerous = SearchValues.Create("=+-@\t\r");
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789 ().-/");
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\t\r\n");

    public static string Write(string value)
    {
        var safe = IsFormula(value) ? Defused + value : value;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    /// <summary>The cell as it was before it was written.</summary>
    public static string Undefuse(string cell) => cell is [Defused, .. var value] && IsFormula(value) ? value : cell;

    // Phone numbers are left readable: digits alone compute nothing that could harm.
    private static bool IsFormula(string value) =>
        value.Length > 0 && (Dangerous.Contains(value[0]) || value.AsSpan().TrimStart() is [var first, ..] && Dangerous.Contains(first))
        && !(value[0] == '+' && !value.AsSpan(1).ContainsAnyExcept(Number));
}
