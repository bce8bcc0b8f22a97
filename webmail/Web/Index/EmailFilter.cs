using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Web.Jmap;

namespace Webmail.Web.Index;

/// <summary>A filter of Email/query (RFC 8621 §4.4.1).</summary>
internal abstract record EmailFilter
{
    /// <summary>Words in the name of one attachment: a condition of our own.</summary>
    public const string AttachmentName = "attachmentName";

    private const int DepthMax = 10;
    private const int ConditionsMax = 100;
    private const int TextCharactersMax = 1000;

    /// <summary>Whether it looks at other messages than the one it judges.</summary>
    public abstract bool DependsOnOthers { get; }

    /// <summary>The one mailbox all it lets through lie in, or null.</summary>
    public abstract long? Mailbox { get; }

    /// <summary>The conditions in it that only the mail server can judge.</summary>
    public abstract IEnumerable<EmailCondition> Contents { get; }

    public static EmailFilter? Read(JsonObject? filter)
    {
        var left = ConditionsMax;
        return filter is null ? null : Read(filter, 0, ref left);
    }

    public static string Keyword(string? keyword, string where) =>
        keyword is not null && Keywords.IsValid(keyword)
            ? keyword.ToLowerInvariant()
            : throw new MethodException("invalidArguments", $"{where} needs a keyword; {keyword} is none.");

    private static EmailFilter Read(JsonObject filter, int depth, ref int left)
    {
        if (depth > DepthMax)
        {
            throw new MethodException("unsupportedFilter", $"Filters may be {DepthMax} deep.");
        }

        var all = new List<EmailFilter>();
        if (filter.TryGetPropertyValue("operator", out var @operator))
        {
            foreach (var inner in filter["conditions"] as JsonArray ?? [])
            {
                all.Add(Read(inner as JsonObject ?? throw new MethodException("invalidArguments", "conditions are objects."), depth + 1, ref left));
            }

            return new EmailOperator(
                JmapCall.AsText(@operator) is ("AND" or "OR" or "NOT") and var name ? name : throw new MethodException("unsupportedFilter", $"There is no operator {@operator}."), all);
        }

        foreach (var (name, value) in filter)
        {
            all.Add(Condition(name, value));
            if (--left < 0)
            {
                throw new MethodException("unsupportedFilter", $"A filter may have {ConditionsMax} conditions.");
            }
        }

        return all is [var one] ? one : new EmailOperator("AND", all);
    }

    private static EmailCondition Condition(string name, JsonNode? value) => name switch
    {
        "inMailbox" => new EmailCondition(name) { Numbers = [MailboxKey(value)] },
        "inMailboxOtherThan" => new EmailCondition(name) { Numbers = [.. List(name, value).Select(MailboxKey)] },
        "before" or "after" => new EmailCondition(name) { Time = UtcDate(name, value) },
        "minSize" or "maxSize" => new EmailCondition(name) { Numbers = [Size(name, value)] },
        "allInThreadHaveKeyword" or "someInThreadHaveKeyword" or "noneInThreadHaveKeyword" or "hasKeyword" or "notKeyword" =>
            new EmailCondition(name) { Texts = [Keyword(JmapCall.AsText(value), name)] },
        "hasAttachment" => new EmailCondition(name) { Flag = value is JsonValue flag && flag.TryGetValue<bool>(out var on) ? on : throw Wrong(name, "true or false") },
        "text" or "from" or "to" or "cc" or "bcc" or "subject" or "body" or AttachmentName => new EmailCondition(name) { Texts = SearchWords.Of(Text(name, value)) },
        "header" => new EmailCondition(name) { Texts = Header(name, value) },
        _ => throw new MethodException("unsupportedFilter", $"Messages cannot be filtered by {name}."),
    };

    /// <summary>A mailbox nobody has is in no message: key 0.</summary>
    private static long MailboxKey(JsonNode? value) => MailboxId.TryKey(JmapCall.AsText(value), out var key) ? key : 0;

    private static DateTimeOffset UtcDate(string name, JsonNode? value) =>
        DateTimeOffset.TryParseExact(
            JmapCall.AsText(value),
            ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : throw Wrong(name, "a UTCDate such as 2026-03-01T12:00:00Z");

    private static long Size(string name, JsonNode? value) =>
        value is JsonValue number && number.TryGetValue<long>(out var size) && size >= 0 ? size : throw Wrong(name, "a number of bytes");

    private static string[] Header(string name, JsonNode? value)
    {
        string[] header = [.. List(name, value).Select(item => Text(name, item))];
        return header is [var field, ..] and { Length: <= 2 } && field.Length > 0 && field.All(character => character is > ' ' and < '\x7f' and not ':')
            ? header
            : throw Wrong(name, "a header field's name, and what it contains");
    }

    private static JsonArray List(string name, JsonNode? value) => value as JsonArray ?? throw Wrong(name, "a list");

    private static string Text(string name, JsonNode? value) =>
        JmapCall.AsText(value) is { Length: <= TextCharactersMax } text && !text.AsSpan().ContainsAnyInRange('\0', '\x08')
            ? text
            : throw Wrong(name, $"a text of at most {TextCharactersMax} characters");

    private static MethodException Wrong(string name, string kind) => new("invalidArguments", $"Filter {name} must be {kind}.");
}

/// <summary>AND, OR, or NOT, which lets through what none of its conditions do.</summary>
internal sealed record EmailOperator(string Operator, IReadOnlyList<EmailFilter> Conditions) : EmailFilter
{
    public override bool DependsOnOthers => Conditions.Any(one => one.DependsOnOthers);

    public override long? Mailbox => Operator == "AND" ? Conditions.Select(one => one.Mailbox).FirstOrDefault(one => one is not null) : null;

    public override IEnumerable<EmailCondition> Contents => Conditions.SelectMany(one => one.Contents);
}

/// <summary>One condition, by its name in RFC 8621.</summary>
internal sealed record EmailCondition(string Name) : EmailFilter
{
    public long[] Numbers { get; init; } = [];

    public string[] Texts { get; init; } = [];

    public DateTimeOffset Time { get; init; }

    public bool Flag { get; init; }

    public override bool DependsOnOthers => Name.Contains("InThread", StringComparison.Ordinal);

    public override long? Mailbox => Name == "inMailbox" ? Numbers[0] : null;

    /// <summary>The index has no bodies and few headers.</summary>
    public override IEnumerable<EmailCondition> Contents => Name is "text" or "body" or "header" or AttachmentName ? [this] : [];
}
