using System.Text.Json.Nodes;
using Webmail.Mail.Seams;

namespace Webmail.Web.Jmap;

/// <summary>One method call with its references resolved, and the request it belongs to.</summary>
/// <param name="arguments">With what earlier calls have found.</param>
/// <param name="before">The response to the call right before, of this request; null if this is its first.</param>
/// <param name="account">Whose request it is.</param>
/// <param name="createdIds">Ids of things this request made, by creation id.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class JmapCall(
    JsonObject arguments, JsonArray? before, MailAccount account, Dictionary<string, string> createdIds, CancellationToken cancellationToken)
{
    public JsonObject Arguments => arguments;

    public CancellationToken Cancelled => cancellationToken;

    /// <summary>Ids of things this request made, by creation id without its number sign.</summary>
    public Dictionary<string, string> CreatedIds => createdIds;

    /// <summary>The account, after checking that the call means it.</summary>
    public MailAccount Account() =>
        Text("accountId") == account.Id
            ? account
            : throw new MethodException("accountNotFound", $"You have one account: {account.Id}.");

    /// <summary>The state that the call right before has found, if it was this query; null if it was another method or has failed.</summary>
    public string? StateOfQueryBefore(string method) =>
        before is [JsonValue name, JsonObject found, ..] && AsText(name) == method ? AsText(found["queryState"]) : null;

    public string? Text(string key) => Value<string>(key, "a text");

    public bool Flag(string key) => Value<bool?>(key, "true or false") ?? false;

    public int? Number(string key) => Value<int?>(key, "a whole number");

    public JsonObject? Object(string key) => arguments[key] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw Wrong(key, "an object"),
    };

    public JsonArray? Array(string key) => arguments[key] switch
    {
        null => null,
        JsonArray value => value,
        _ => throw Wrong(key, "a list"),
    };

    /// <summary>A list of texts; null where the argument is absent or null.</summary>
    public IReadOnlyList<string>? Texts(string key) =>
        Array(key) is { } list ? [.. list.Select(item => AsText(item) ?? throw Wrong(key, "a list of texts"))] : null;

    /// <summary>An id, or what "#creationId" stands for.</summary>
    public string Resolve(string id) =>
        id is ['#', .. var creation] && createdIds.TryGetValue(creation, out var made) ? made : id;

    public static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private T? Value<T>(string key, string kind) => arguments[key] switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var typed) => typed,
        _ => throw Wrong(key, kind),
    };

    private static MethodException Wrong(string key, string kind) => new("invalidArguments", $"{key} must be {kind}.");
}
