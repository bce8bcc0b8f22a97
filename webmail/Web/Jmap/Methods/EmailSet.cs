using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Writes, marks, moves and removes messages (RFC 8621 §4.6).</summary>
internal sealed class EmailSet(MailIndex index, EmailWriter writer, EmailChanger changer, NewEmailReader reader) : IJmapMethod
{
    public string Name => "Email/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        // All read before anything is done: a mistake in the last argument must not follow deeds of the first.
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var oldState = IndexState.Text(await index.StateAsync(account, call.Cancelled));
        if (call.Text("ifInState") is { } expected && expected != oldState)
        {
            throw MethodException.StateMismatch(expected);
        }

        var answer = new SetAnswer(account.Id);
        foreach (var (creationId, fields) in create)
        {
            await answer.CreateAsync(creationId, () => CreateAsync(call, account, creationId, fields));
        }

        var changes = await changer.BeginAsync(account, [.. update.Select(pair => pair.Key).Concat(destroy).Select(call.Resolve)], call.Cancelled);
        foreach (var (id, patch) in update)
        {
            await answer.UpdateAsync(id, () => changes.UpdateAsync(call.Resolve(id), patch));
        }

        foreach (var id in destroy.Distinct())
        {
            await answer.DestroyAsync(id, () => changes.DestroyAsync(call.Resolve(id)));
        }

        return answer.ToJson(oldState, IndexState.Text(await changes.EndAsync()));
    }

    private async Task<JsonObject> CreateAsync(JmapCall call, MailAccount account, string creationId, JsonNode? fields)
    {
        var email = await reader.ReadAsync(account, fields, call.Cancelled);
        var written = await writer.CreateAsync(account, email, call.Cancelled);
        var found = await index.WrittenAsync(account, email.Mailbox.Key, written.Uid, call.Cancelled)
            ?? throw new SetException("serverFail", $"The message was written to {email.Mailbox.Name}, and has gone from there again.");
        call.CreatedIds[creationId] = found.Id.ToString();
        return EmailJson.Created(found);
    }
}
