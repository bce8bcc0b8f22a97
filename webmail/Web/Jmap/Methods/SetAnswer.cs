using System.Text.Json.Nodes;
using Webmail.Mail.Imap;
using Webmail.Web.Answers;
using Webmail.Web.Database;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Collects the outcomes of a Foo/set (RFC 8620 §5.3); one refused object does not stop the others.</summary>
internal sealed class SetAnswer(string accountId)
{
    private readonly JsonObject _created = [];
    private readonly JsonObject _updated = [];
    private readonly JsonArray _destroyed = [];
    private readonly JsonObject _notCreated = [];
    private readonly JsonObject _notUpdated = [];
    private readonly JsonObject _notDestroyed = [];

    public static void CheckSize(JmapCall call)
    {
        var count = (call.Object("create")?.Count ?? 0) + (call.Object("update")?.Count ?? 0) + (call.Array("destroy")?.Count ?? 0);
        if (count > JmapLimits.ObjectsInSetMax)
        {
            throw new MethodException("requestTooLarge", $"At most {JmapLimits.ObjectsInSetMax} objects in a set.");
        }
    }

    public Task CreateAsync(string creationId, Func<Task<JsonObject>> create) =>
        TryAsync(creationId, _notCreated, async () => _created[creationId] = await create());

    /// <summary>What must succeed before the object can be shown as created.</summary>
    public Task PrepareAsync(string creationId, Func<Task> prepare) => TryAsync(creationId, _notCreated, prepare);

    public Task UpdateAsync(string id, Func<Task<JsonObject?>> update) =>
        TryAsync(id, _notUpdated, async () => _updated[id] = await update());

    public Task DestroyAsync(string id, Func<Task> destroy) =>
        TryAsync(id, _notDestroyed, async () =>
        {
            await destroy();
            _destroyed.Add(id);
        });

    /// <summary>Everything that was asked for has been done.</summary>
    public bool IsComplete => _notCreated.Count + _notUpdated.Count + _notDestroyed.Count == 0;

    /// <summary>The id of what this set made; null if it did not.</summary>
    public string? IdOf(string creationId) => JmapCall.AsText(_created[creationId]?["id"]);

    /// <summary>What the server changed on its own, in the answer for the object if it is there already.</summary>
    public void AddServerSet(string id, JsonObject properties)
    {
        var target = _created.Select(pair => pair.Value).OfType<JsonObject>().FirstOrDefault(made => JmapCall.AsText(made["id"]) == id);
        if (target is null && _updated[id] is JsonObject updated)
        {
            target = updated;
        }
        else if (target is null)
        {
            _updated[id] = target = [];
        }

        foreach (var (name, value) in properties)
        {
            target[name] = value?.DeepClone();
        }
    }

    /// <summary>Later calls of the request may name what an answer says was made.</summary>
    public static void Remember(JmapCall call, JsonObject answer)
    {
        foreach (var (creationId, made) in answer["created"] as JsonObject ?? [])
        {
            call.CreatedIds[creationId] = JmapCall.AsText(made!["id"])!;
        }
    }

    public JsonObject ToJson(string? oldState = null, string newState = "") => new()
    {
        ["accountId"] = accountId,
        ["oldState"] = oldState,
        ["newState"] = newState,
        ["created"] = OrNull(_created),
        ["updated"] = OrNull(_updated),
        ["destroyed"] = _destroyed.Count > 0 ? _destroyed : null,
        ["notCreated"] = OrNull(_notCreated),
        ["notUpdated"] = OrNull(_notUpdated),
        ["notDestroyed"] = OrNull(_notDestroyed),
    };

    /// <summary>Of methods that only create (RFC 8621 §4.8).</summary>
    public JsonObject ToImportJson(string oldState, string newState) => new()
    {
        ["accountId"] = accountId,
        ["oldState"] = oldState,
        ["newState"] = newState,
        ["created"] = OrNull(_created),
        ["notCreated"] = OrNull(_notCreated),
    };

    private static async Task TryAsync(string id, JsonObject refused, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (SetException refusal)
        {
            refused[id] = refusal.Error.ToJson();
        }
        catch (Exception failure) when (failure is MailUnavailableException or DatabaseUnavailableException)
        {
            refused[id] = new SetError("serverUnavailable", FailureText.Of(failure)).ToJson();
        }
        catch (Exception failure) when (failure is MailCommandException or MailNotFoundException)
        {
            refused[id] = new SetError("serverFail", FailureText.Of(failure)).ToJson();
        }
    }

    private static JsonObject? OrNull(JsonObject outcomes) => outcomes.Count > 0 ? outcomes : null;
}
