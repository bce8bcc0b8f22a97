using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Writes, marks, moves and removes messages (RFC 8621 §4.6).</summary>
internal sealed class EmailSet(EmailWriter writer, NewEmailReader reader) : IJmapMethod
{
    public string Name => "Email/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var answer = new SetAnswer(account.Id);
        // All read before anything is done: a mistake in the last argument must not follow deeds of the first.
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        foreach (var (creationId, fields) in create)
        {
            await answer.CreateAsync(creationId, () => CreateAsync(call, account, creationId, fields));
        }

        foreach (var (id, patch) in update)
        {
            await answer.UpdateAsync(id, () => UpdateAsync(account, call.Resolve(id), patch, call.Cancelled));
        }

        foreach (var id in destroy)
        {
            await answer.DestroyAsync(id, () => DestroyAsync(account, call.Resolve(id), call.Cancelled));
        }

        return answer.ToJson();
    }

    /// <summary>Changes one message; what the server set itself, or null.</summary>
    public async Task<JsonObject?> UpdateAsync(MailAccount account, string id, JsonNode? patch, CancellationToken cancellationToken)
    {
        var email = Parse(id);
        var change = EmailPatch.Read(patch, email.Mailbox);
        var found = change switch
        {
            { Keywords: { } keywords } => await writer.RemarkAsync(account, email, keywords, cancellationToken),
            { Set.Count: > 0 } or { Clear.Count: > 0 } => await writer.MarkAsync(account, email, change.Set, change.Clear, cancellationToken),
            _ => true,
        };
        if (!found)
        {
            throw NotFound(id);
        }

        if (change.Target is not { } target || target == email.Mailbox)
        {
            return null;
        }

        // An email id names the place of a message, so a move gives it another.
        var moved = await writer.MoveAsync(account, email, target, cancellationToken) ?? throw NotFound(id);
        return new JsonObject { ["id"] = moved };
    }

    public async Task DestroyAsync(MailAccount account, string id, CancellationToken cancellationToken)
    {
        if (!await writer.DestroyAsync(account, Parse(id), cancellationToken))
        {
            throw NotFound(id);
        }
    }

    private async Task<JsonObject> CreateAsync(JmapCall call, MailAccount account, string creationId, JsonNode? fields)
    {
        var written = await writer.CreateAsync(account, await reader.ReadAsync(account, fields, call.Cancelled), call.Cancelled);
        call.CreatedIds[creationId] = written.Id;
        return new JsonObject
        {
            ["id"] = written.Id,
            ["blobId"] = EmailId.TryParse(written.Id, out var id) ? new BlobId(id, "").ToString() : null,
            ["threadId"] = written.ThreadId,
            ["size"] = written.SizeBytes,
        };
    }

    private static EmailId Parse(string id) => EmailId.TryParse(id, out var email) ? email : throw NotFound(id);

    private static SetException NotFound(string id) => new("notFound", $"There is no message {id} (any longer).");
}
