using System.Text;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>A filter of ContactCard/query (RFC 9610 §3.3.1) as a condition of SQL; every value is a parameter.</summary>
internal sealed class CardFilter
{
    private const int DepthMax = 8;
    private const int ConditionsMax = 100;
    private const int TextCharactersMax = 500;

    private readonly List<object> _parameters = [];
    private int _nodes;

    private CardFilter()
    {
    }

    public string Sql { get; private set; } = "true";

    /// <summary>From $2 on; $1 is the account.</summary>
    public IReadOnlyList<object> Parameters => _parameters;

    /// <exception cref="MethodException">unsupportedFilter or invalidArguments.</exception>
    public static CardFilter Read(JsonObject? filter)
    {
        var read = new CardFilter();
        if (filter is not null)
        {
            read.Sql = read.Node(filter, 0);
        }

        return read;
    }

    private string Node(JsonNode? node, int depth)
    {
        if (node is not JsonObject fields || depth > DepthMax || ++_nodes > ConditionsMax)
        {
            throw new MethodException("invalidArguments", $"A filter is an object, at most {DepthMax} deep and of at most {ConditionsMax} objects.");
        }

        return fields.ContainsKey("operator") ? Operator(fields, depth) : All(fields.Select(field => Condition(field.Key, field.Value)));
    }

    private string Operator(JsonObject fields, int depth)
    {
        var conditions = (fields["conditions"] as JsonArray ?? throw new MethodException("invalidArguments", "A filter operator needs conditions."))
            .Select(condition => Node(condition, depth + 1)).ToList();
        return JmapCall.AsText(fields["operator"]) switch
        {
            "AND" => All(conditions),
            "OR" => Any(conditions),
            "NOT" => $"NOT {Any(conditions)}",
            var other => throw new MethodException("invalidArguments", $"There is no filter operator {other}."),
        };
    }

    private string Condition(string name, JsonNode? value)
    {
        var text = JmapCall.AsText(value) is { Length: <= TextCharactersMax } given && !given.Contains('\0', StringComparison.Ordinal)
            ? given
            : throw new MethodException("invalidArguments", $"Filter {name} needs a text of at most {TextCharactersMax} characters.");
        return name switch
        {
            "inAddressBook" => ContactIds.TryParseBook(text, out var book) ? $"{Parameter(book)} = ANY(books)" : "false",
            "uid" => $"uid = {Parameter(text)}",
            "kind" => $"kind = {Parameter(text)}",
            "hasMember" => $"{Parameter(text)} = ANY(members)",
            "createdBefore" => $"created < {Time(name, text)}",
            "createdAfter" => $"created >= {Time(name, text)}",
            "updatedBefore" => $"updated < {Time(name, text)}",
            "updatedAfter" => $"updated >= {Time(name, text)}",
            _ when CardWords.Filters.Contains(name) =>
                All(SearchText.Tokens(text).Select(token => $"strpos(words ->> {Parameter(name)}, {Parameter(token)}) > 0")),
            _ => throw new MethodException("unsupportedFilter", $"Cards cannot be filtered by {name}."),
        };
    }

    private string Time(string name, string text) =>
        UtcText.TryParse(text, out var time) ? Parameter(time) : throw new MethodException("invalidArguments", $"Filter {name} needs a UTC date and time.");

    private string Parameter(object value)
    {
        _parameters.Add(value);
        return _parameters.Count <= ConditionsMax
            ? $"${_parameters.Count + 1}"
            : throw new MethodException("unsupportedFilter", $"A filter has at most {ConditionsMax} conditions and words.");
    }

    private static string All(IEnumerable<string> conditions) => Join(conditions, " AND ", "true");

    private static string Any(IEnumerable<string> conditions) => Join(conditions, " OR ", "false");

    private static string Join(IEnumerable<string> conditions, string between, string ifNone)
    {
        var sql = new StringBuilder().AppendJoin(between, conditions.Select(condition => $"({condition})"));
        return sql.Length == 0 ? ifNone : $"({sql})";
    }
}
