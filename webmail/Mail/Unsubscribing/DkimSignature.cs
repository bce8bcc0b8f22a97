using Webmail.Mail.Authentication;

namespace Webmail.Mail.Unsubscribing;

/// <summary>What a DKIM-Signature field says it covers (RFC 6376 §3.5); whether it is good, others have found out.</summary>
/// <param name="Domain">Whose; in lower case and ASCII, empty if it does not say.</param>
/// <param name="Fields">Names of the header fields that it covers.</param>
internal sealed record DkimSignature(string Domain, IReadOnlySet<string> Fields)
{
    public const string Field = "DKIM-Signature";

    public static DkimSignature Read(string raw)
    {
        var tags = string.Concat(raw.Where(character => !char.IsWhiteSpace(character))).Split(';').Select(tag => tag.Split('=', 2)).ToLookup(tag => tag[0], tag => tag[^1]);
        return new DkimSignature(
            SpoofHints.DomainOf($"@{tags["d"].FirstOrDefault()}"),
            (tags["h"].FirstOrDefault() ?? "").Split(':').ToHashSet(StringComparer.OrdinalIgnoreCase));
    }
}
