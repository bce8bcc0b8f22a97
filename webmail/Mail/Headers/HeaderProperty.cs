namespace Webmail.Mail.Headers;

/// <summary>A property that asks for header fields by name, such as <c>header:List-Post:asURLs:all</c> (RFC 8621 §4.1.3).</summary>
/// <param name="Property">The property as it was asked for.</param>
/// <param name="Field">Name of the field, in any case.</param>
/// <param name="Form">How its value is read.</param>
/// <param name="All">All fields of the name, in their order; else the last one.</param>
public sealed record HeaderProperty(string Property, string Field, HeaderForm Form, bool All)
{
    private const string Prefix = "header:";
    private const int FieldCharactersMax = 100;

    private static readonly Dictionary<string, HeaderForm> Forms = new(StringComparer.Ordinal)
    {
        ["asRaw"] = HeaderForm.Raw,
        ["asText"] = HeaderForm.Text,
        ["asAddresses"] = HeaderForm.Addresses,
        ["asGroupedAddresses"] = HeaderForm.GroupedAddresses,
        ["asMessageIds"] = HeaderForm.MessageIds,
        ["asDate"] = HeaderForm.Date,
        ["asURLs"] = HeaderForm.Urls,
    };

    /// <summary>Fields that RFC 5322 and RFC 2369 define have the form they are defined for, and no other; <c>asRaw</c> is for all.</summary>
    private static readonly Dictionary<string, HeaderForm> Defined = new[]
    {
        (HeaderForm.Text, "Subject Comments Keywords List-Id"),
        (HeaderForm.Addresses, "From Sender Reply-To To Cc Bcc Resent-From Resent-Sender Resent-Reply-To Resent-To Resent-Cc Resent-Bcc"),
        (HeaderForm.MessageIds, "Message-ID In-Reply-To References Resent-Message-ID"),
        (HeaderForm.Date, "Date Resent-Date"),
        (HeaderForm.Urls, "List-Help List-Unsubscribe List-Subscribe List-Post List-Owner List-Archive"),
        (HeaderForm.Raw, "Return-Path Received"),
    }
        .SelectMany(group => group.Item2.Split(' ').Select(field => (Field: field, Form: group.Item1)))
        .ToDictionary(pair => pair.Field, pair => pair.Form, StringComparer.OrdinalIgnoreCase);

    public static bool IsOne(string property) => property.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Null if the property has no such shape, or asks for a form that its field does not have.</summary>
    public static HeaderProperty? Parse(string property)
    {
        var parts = IsOne(property) ? property[Prefix.Length..].Split(':') : [];
        var all = parts.Length > 1 && parts[^1] == "all";
        var form = HeaderForm.Raw;
        return parts.Length - (all ? 1 : 0) is 1 or 2 && IsField(parts[0])
            && (parts.Length - (all ? 1 : 0) == 1 || Forms.TryGetValue(parts[1], out form)) && Fits(parts[0], form)
                ? new HeaderProperty(property, parts[0], form, all)
                : null;
    }

    /// <summary>RFC 5322 §2.2: printable ASCII without the colon.</summary>
    private static bool IsField(string field) => field.Length is > 0 and <= FieldCharactersMax && field.All(character => character is > ' ' and < '\x7f');

    private static bool Fits(string field, HeaderForm form) =>
        form == HeaderForm.Raw || !Defined.TryGetValue(field, out var defined) || form == defined
        || (form == HeaderForm.GroupedAddresses && defined == HeaderForm.Addresses);
}
