using System.Text.Json.Nodes;
using MimeKit;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;
using Webmail.Web.Identities;

namespace Webmail.Web.Jmap.Methods.Identities;

/// <summary>An identity as JMAP shows it (RFC 8621 §6).</summary>
internal static class IdentityJson
{
    private static readonly string[] Fixed = ["id", "email", "mayDelete"];

    public static JsonObject Describe(Identity identity, string username) => new()
    {
        ["id"] = IdentityIds.Of(identity.Number),
        ["name"] = identity.Name,
        ["email"] = username,
        ["replyTo"] = identity.ReplyTo is { } replyTo ? HeaderJson.Addresses(replyTo) : null,
        ["bcc"] = identity.Bcc is { } bcc ? HeaderJson.Addresses(bcc) : null,
        ["textSignature"] = identity.TextSignature,
        ["htmlSignature"] = identity.HtmlSignature,
        ["mayDelete"] = identity.Number != IdentityIds.Default,
    };

    /// <summary>The identity that is wanted, without its number; texts that are null or missing are empty.</summary>
    /// <param name="wanted">All properties.</param>
    /// <param name="before">As it is, or what is assumed of a new one: tells which properties there are.</param>
    /// <param name="cleaner">For the HTML, which every client shows in its own page.</param>
    /// <exception cref="SetException">invalidProperties.</exception>
    public static Identity Read(JsonObject wanted, JsonObject before, HtmlCleaner cleaner)
    {
        if (wanted.FirstOrDefault(pair => !before.ContainsKey(pair.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} of an identity cannot be set here.", unknown);
        }

        if (Array.Find(Fixed, property => !JsonNode.DeepEquals(wanted[property], before[property])) is { } changed)
        {
            throw Invalid($"{changed} of an identity does not change.", changed);
        }

        var name = Text(wanted, "name", IdentityLimits.NameCharactersMax);
        return new Identity(
            0,
            0,
            false,
            name.Any(char.IsControl) ? throw Invalid("A name is one line.", "name") : name,
            Addresses(wanted, "replyTo"),
            Addresses(wanted, "bcc"),
            Text(wanted, "textSignature", IdentityLimits.SignatureCharactersMax),
            cleaner.Clean(Text(wanted, "htmlSignature", IdentityLimits.SignatureCharactersMax), _ => null)?.Html ?? "");
    }

    // PostgreSQL takes no NUL.
    private static string Text(JsonObject fields, string property, int charactersMax) => fields[property] switch
    {
        null => "",
        var value when JmapCall.AsText(value) is { } text && text.Length <= charactersMax && !text.Contains('\0', StringComparison.Ordinal) => text,
        _ => throw Invalid($"{property} must be a text of at most {charactersMax} characters.", property),
    };

    private static EmailAddress[]? Addresses(JsonObject fields, string property) => fields[property] switch
    {
        null => null,
        JsonArray { Count: <= IdentityLimits.AddressesMax } list => [.. list.Select(item => Address(item, property))],
        _ => throw Invalid($"{property} must be a list of at most {IdentityLimits.AddressesMax} addresses.", property),
    };

    private static EmailAddress Address(JsonNode? node, string property)
    {
        var (name, email) = node is JsonObject fields ? (JmapCall.AsText(fields["name"]), JmapCall.AsText(fields["email"])) : (null, null);
        return email is not null && MailboxAddress.TryParse(email, out var parsed) && parsed.Address == email && email.Contains('@', StringComparison.Ordinal)
            && name?.Length is null or <= IdentityLimits.NameCharactersMax && name?.Any(char.IsControl) is not true
            ? new EmailAddress(name, email)
            : throw Invalid($"{node?.ToJsonString() ?? "null"} is no address.", property);
    }

    private static SetException Invalid(string description, string property) => new("invalidProperties", description, property);
}
