using System.Globalization;
using System.Text.Json.Nodes;
using MimeKit;
using Webmail.Mail.Messages;
using Webmail.Mail.Sending;
using Webmail.Web.Contacts;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>The envelope of a submission (RFC 8621 §7): as it is given, else from the message; and how long it is held (RFC 4865).</summary>
internal static class EnvelopeReader
{
    public static (Envelope Envelope, Hold Hold) Read(JsonNode? node, string own, EmailEnvelope email)
    {
        if (node is null)
        {
            return (new Envelope(own, Recipients(email.To.Concat(email.Cc).Concat(email.Bcc).Select(address => address.Email))), new Hold(TimeSpan.Zero, null));
        }

        var envelope = node as JsonObject ?? throw Invalid("envelope is an object.");
        var from = envelope["mailFrom"] as JsonObject ?? throw Invalid("An envelope needs mailFrom.");
        if (!string.Equals(JmapCall.AsText(from["email"]), own, StringComparison.OrdinalIgnoreCase))
        {
            throw new SetException("forbiddenMailFrom", $"You may send as {own} only.");
        }

        var named = (envelope["rcptTo"] as JsonArray ?? throw Invalid("An envelope needs rcptTo.")).Select(item => item as JsonObject).ToList();
        return named.Any(recipient => recipient?["parameters"] is JsonObject { Count: > 0 })
            ? throw Invalid("Recipients have no parameters here.")
            : (new Envelope(own, Recipients(named.Select(recipient => JmapCall.AsText(recipient?["email"])))), HoldOf(from["parameters"]));
    }

    /// <summary>As its client gave it, else as we made it.</summary>
    public static string Describe(JsonNode? given, Envelope envelope) => (given ?? new JsonObject
    {
        ["mailFrom"] = new JsonObject { ["email"] = envelope.From, ["parameters"] = null },
        ["rcptTo"] = new JsonArray([.. envelope.To.Select(address => new JsonObject { ["email"] = address, ["parameters"] = null })]),
    }).ToJsonString();

    private static string[] Recipients(IEnumerable<string?> named)
    {
        string?[] recipients = [.. named.Distinct(StringComparer.OrdinalIgnoreCase)];
        return recipients switch
        {
            [] => throw new SetException("noRecipients", "Name at least one recipient."),
            { Length: > OutboxLimits.RecipientsMax } => throw new SetException("tooManyRecipients", $"At most {OutboxLimits.RecipientsMax} recipients."),
            _ when Array.Find(recipients, one => !IsAddress(one)) is { } wrong => throw new SetException("invalidRecipients", $"{wrong} is no address."),
            _ when recipients.Contains(null) => throw new SetException("invalidRecipients", "A recipient has no address."),
            _ => [.. recipients.Select(one => one!)],
        };
    }

    private static bool IsAddress(string? text) =>
        text is not null && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var parsed) && parsed.Address.Contains('@', StringComparison.Ordinal);

    private static Hold HoldOf(JsonNode? node)
    {
        if (node is null)
        {
            return new Hold(TimeSpan.Zero, null);
        }

        var parameters = node as JsonObject ?? throw Invalid("parameters is an object.");
        return parameters.ToDictionary(pair => pair.Key.ToUpperInvariant(), pair => JmapCall.AsText(pair.Value) ?? "") switch
        {
            { Count: 0 } => new Hold(TimeSpan.Zero, null),
            { Count: 1 } only when only.TryGetValue("HOLDFOR", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds <= OutboxLimits.DelayMax.TotalSeconds => new Hold(TimeSpan.FromSeconds(seconds), null),
            { Count: 1 } only when only.TryGetValue("HOLDUNTIL", out var text) && UtcText.TryParse(text, out var until) => new Hold(TimeSpan.Zero, until),
            _ => throw Invalid($"Of the parameters there are HOLDFOR (at most {OutboxLimits.DelayMax.TotalSeconds:0} seconds) or HOLDUNTIL (a UTC time), one of them."),
        };
    }

    private static SetException Invalid(string description) => new("invalidProperties", description, "envelope");
}
