using System.Text.Json.Nodes;
using Webmail.Web.Drafts;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>
/// Saves and discards drafts: all of one call in one transaction, which is over before the answer is given. What was made from a version
/// that is not the current one any longer changes nothing, is kept in the history, and is answered with the draft as it is.
/// </summary>
internal sealed class DraftSet(DraftStore drafts, MailIndex index) : IJmapMethod
{
    public string Name => "Draft/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var destroy = (call.Texts("destroy") ?? []).Distinct().Select(id => (Id: id, Version: VersionOf(call, id))).ToArray();
        var create = await ReadAsync(call.Object("create") ?? [], fields => DraftWish.ToCreateAsync(call, index, fields));
        var update = await ReadAsync(call.Object("update") ?? [], DraftWish.ToUpdateAsync);
        var answer = await drafts.SetAsync(
            account,
            call.Text("ifInState"),
            [.. create.Concat(update).SelectMany(pair => pair.Wish.Content?.Blobs ?? []).Distinct()],
            async (changes, blobs) =>
            {
                var oldState = changes.State;
                var set = new SetAnswer(account.Id);
                foreach (var (creationId, wish) in create)
                {
                    await set.CreateAsync(creationId, () => CreateAsync(changes, wish.Granted, blobs));
                }

                foreach (var (id, wish) in update)
                {
                    await set.UpdateAsync(id, () => UpdateAsync(changes, Resolve(id), wish.Granted, blobs));
                }

                foreach (var (id, version) in destroy)
                {
                    await set.DestroyAsync(id, () => DestroyAsync(changes, Resolve(id), version));
                }

                return set.ToJson(oldState, changes.State);

                string Resolve(string id) => id is ['#', .. var creation] && set.IdOf(creation) is { } made ? made : call.Resolve(id);
            },
            call.Cancelled);
        SetAnswer.Remember(call, answer);
        return answer;
    }

    private static async Task<(string Id, DraftWish Wish)[]> ReadAsync(JsonObject objects, Func<JsonNode?, Task<DraftWish>> read)
    {
        var wishes = new List<(string, DraftWish)>();
        foreach (var (id, fields) in objects)
        {
            wishes.Add((id, await read(fields)));
        }

        return [.. wishes];
    }

    private static int VersionOf(JmapCall call, string id) => (call.Object("destroyIfVersion") ?? [])[id] is JsonValue value && value.TryGetValue<int>(out var version)
        ? version
        : throw new MethodException("invalidArguments", $"destroyIfVersion must say which version of {id} is discarded.");

    private static async Task<JsonObject> CreateAsync(DraftChanges changes, DraftWish wish, NewBlobs blobs)
    {
        if (await changes.FindByKeyAsync(wish.Key) is not { } same)
        {
            return DraftJson.Created(await changes.CreateAsync(wish.Content!, wish.Key, wish.Replaced, blobs));
        }

        if (same.IsDestroyed)
        {
            throw new SetException(new SetError("alreadyExists", "A draft of this key was discarded or sent.") { ExistingId = DraftIds.Of(same.Number) });
        }

        // Asked again, or begun twice.
        return DraftJson.Created(await SaveAsync(changes, same, wish.Content!, 0, blobs));
    }

    private static async Task<JsonObject?> UpdateAsync(DraftChanges changes, string id, DraftWish wish, NewBlobs blobs)
    {
        var draft = await changes.FindAsync(id) ?? throw NotFound(id);
        if (wish is { Content: null, Restore: null })
        {
            await changes.AcknowledgeAsync(draft);
            return null;
        }

        var content = wish.Content ?? await EarlierAsync(changes, draft, wish.Restore!.Value);
        return DraftJson.Created(await SaveAsync(changes, draft, content, wish.IfVersion, blobs));
    }

    private static async Task<DraftContent> EarlierAsync(DraftChanges changes, Draft draft, int version) =>
        await changes.ContentAsync(draft, version) is { } found
            ? await DraftContent.ReadAsync((JsonObject)JsonNode.Parse(found)!)
            : throw new SetException("notFound", $"There is no version {version} of {DraftIds.Of(draft.Number)} (any longer).", "restoreVersion");

    private static async Task<Draft> SaveAsync(DraftChanges changes, Draft draft, DraftContent content, int ifVersion, NewBlobs blobs)
    {
        await changes.KeepBlobsAsync(content, blobs);
        if (content.ToString() == draft.Content)
        {
            // Asked again, the answer was lost; or there is nothing to save.
            return draft;
        }

        if (ifVersion == draft.Version)
        {
            return await changes.SaveAsync(draft, content);
        }

        var kept = await changes.KeepConflictAsync(draft, ifVersion, content);
        throw DraftJson.Mismatch((await changes.FindAsync(DraftIds.Of(draft.Number)))!, kept);
    }

    private static async Task DestroyAsync(DraftChanges changes, string id, int version)
    {
        var draft = await changes.FindAsync(id) ?? throw NotFound(id);
        if (version != draft.Version)
        {
            throw DraftJson.Mismatch(draft, null);
        }

        await changes.DestroyAsync(draft);
    }

    private static SetException NotFound(string id) => new("notFound", $"There is no draft {id} (any longer).");
}
