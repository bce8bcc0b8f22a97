namespace Webmail.Contacts.VCards;

/// <summary>One property of a vCard.</summary>
/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Group">The group it is in; null if in none.</param>
/// <param name="Name">Upper case.</param>
/// <param name="Parameters">Names in upper case; without CHARSET, and without the encodings that have been undone.</param>
/// <param name="Value">As it stands in the file, unfolded and in Unicode, still escaped.</param>
internal sealed record VCardLine(int Line, string? Group, string Name, IReadOnlyList<VCardParameter> Parameters, string Value)
{
    public string? Parameter(string name) => Values(name).FirstOrDefault();

    /// <summary>The values of a parameter, wherever it is given and however they are joined.</summary>
    public IEnumerable<string> Values(string name) => Parameters.Where(parameter => parameter.Name == name).SelectMany(parameter => parameter.Values);

    /// <summary>The types in lower case.</summary>
    public HashSet<string> Types => [.. Values("TYPE").SelectMany(value => value.Split(',')).Select(type => type.Trim().ToLowerInvariant()).Where(type => type.Length > 0)];

    /// <summary>Whether the value is base64 as in vCard 2.1 and 3.0.</summary>
    public bool IsBase64 => Parameter("ENCODING")?.ToUpperInvariant() is "B" or "BASE64";

    public string Text => VCardText.Unescape(Value);
}

/// <summary>A parameter of a property.</summary>
internal sealed record VCardParameter(string Name, IReadOnlyList<string> Values);

/// <summary>One vCard as its lines, or why there is none.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Version">What it says of itself; "2.1", "3.0" or "4.0" are known.</param>
/// <param name="Lines">Its properties, in order.</param>
/// <param name="Problem">Null if it is whole.</param>
internal sealed record VCard(int Line, string Version, IReadOnlyList<VCardLine> Lines, string? Problem);
