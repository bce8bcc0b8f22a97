using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Web.Blobs;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Makes, changes and removes scripts, then activates or deactivates one if all of that has succeeded (RFC 9661 §2.4).</summary>
internal sealed class SieveScriptSet(ScriptReader reader, ScriptWriter writer, ScriptBlobs blobs) : IJmapMethod
{
    public string Name => "SieveScript/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var answer = new SetAnswer(account.Id);
        // All read before anything is done: a mistake in the last argument must not follow deeds of the first.
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var (activate, deactivate) = (call.Text("onSuccessActivateScript"), call.Flag("onSuccessDeactivateScript"));
        var scripts = (await reader.ListAsync(account, call.Cancelled)).ToDictionary(script => script.Id, StringComparer.Ordinal);
        var oldState = SieveScriptJson.State(scripts.Values);
        if (call.Text("ifInState") is { } expected && expected != oldState)
        {
            throw new MethodException("stateMismatch", "The scripts have changed since.");
        }

        foreach (var (creationId, fields) in create)
        {
            await answer.CreateAsync(creationId, () => CreateAsync(call, account, scripts, creationId, fields));
        }

        foreach (var (id, patch) in update)
        {
            await answer.UpdateAsync(id, () => UpdateAsync(call, account, scripts, call.Resolve(id), patch));
        }

        foreach (var id in destroy)
        {
            await answer.DestroyAsync(id, () => DestroyAsync(call, account, scripts, call.Resolve(id)));
        }

        var target = activate is null ? null : scripts.GetValueOrDefault(call.Resolve(activate));
        if (answer.IsComplete && (target is not null || deactivate))
        {
            await ActivateAsync(call, account, scripts, target, answer);
        }

        // Reckoned, not asked: what others do meanwhile shows in the state that the next question finds.
        return answer.ToJson(oldState, SieveScriptJson.State(scripts.Values));
    }

    private async Task<JsonObject> CreateAsync(
        JmapCall call, MailAccount account, Dictionary<string, Script> scripts, string creationId, JsonNode? node)
    {
        var fields = SieveScriptPatch.Read(node, null);
        if (fields.BlobId is null)
        {
            throw new SetException("invalidProperties", "A script needs its content.", "blobId");
        }

        var content = await blobs.ReadAsync(account, fields.BlobId, call.Cancelled);
        var made = Demand(await writer.CreateAsync(account, fields.Name, content, call.Cancelled));
        var script = new Script(made.Id!, made.Name!, ScriptBlobId.Of(content.Span).ToString(), false, false);
        scripts[script.Id] = script;
        call.CreatedIds[creationId] = script.Id;
        return SieveScriptJson.Describe(script);
    }

    private async Task<JsonObject?> UpdateAsync(JmapCall call, MailAccount account, Dictionary<string, Script> scripts, string id, JsonNode? patch)
    {
        var script = Find(scripts, id);
        var fields = SieveScriptPatch.Read(patch, script);
        if (fields is { Name: null, BlobId: null })
        {
            return null;
        }

        ReadOnlyMemory<byte>? content = null;
        if (fields.BlobId is not null)
        {
            content = await blobs.ReadAsync(account, fields.BlobId, call.Cancelled);
        }

        var name = fields.Name ?? script.Name;
        Demand(await writer.UpdateAsync(account, script, name, content, call.Cancelled));
        var blob = content is { } bytes ? ScriptBlobId.Of(bytes.Span).ToString() : script.BlobId;
        scripts[id] = script with { Name = name, BlobId = blob };
        return blob == (fields.BlobId ?? script.BlobId) ? null : new JsonObject { ["blobId"] = blob };
    }

    private async Task DestroyAsync(JmapCall call, MailAccount account, Dictionary<string, Script> scripts, string id)
    {
        var script = Find(scripts, id);
        Demand(await writer.DestroyAsync(account, script, call.Cancelled));
        scripts.Remove(id);
    }

    private async Task ActivateAsync(JmapCall call, MailAccount account, Dictionary<string, Script> scripts, Script? target, SetAnswer answer)
    {
        var outcome = await writer.ActivateAsync(account, target, call.Cancelled);
        if (outcome.Refusal is not null)
        {
            throw new MethodException("serverPartialFail", $"All is done but the activation: {outcome.Description}");
        }

        foreach (var script in scripts.Values.Where(script => script.IsActive != (script.Id == target?.Id)).ToArray())
        {
            scripts[script.Id] = script with { IsActive = !script.IsActive };
            answer.AddServerSet(script.Id, new JsonObject { ["isActive"] = !script.IsActive });
        }
    }

    private static Script Find(Dictionary<string, Script> scripts, string id) => scripts.GetValueOrDefault(id) switch
    {
        null => throw new SetException("notFound", $"There is no script {id} (any longer)."),
        { IsOwn: true } own => throw new SetException("forbidden", $"{own.Name} belongs to the vacation response; change it there."),
        var script => script,
    };

    private static ScriptOutcome Demand(ScriptOutcome outcome) =>
        outcome.Refusal is null ? outcome : throw new SetException(SieveScriptJson.Refused(outcome));
}
