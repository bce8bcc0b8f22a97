using System.Text.Json.Nodes;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>Begins, pauses, resumes and cancels jobs: all of one call in one transaction, whether the mail server is there or not.</summary>
internal sealed class MailJobSet(JobStore jobs) : IJmapMethod
{
    public string Name => "MailJob/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var answer = await jobs.SetAsync(
            account,
            call.Text("ifInState"),
            async changes =>
            {
                var oldState = changes.State;
                var set = new SetAnswer(account.Id);
                foreach (var (creationId, fields) in create)
                {
                    await set.CreateAsync(creationId, async () => MailJobJson.Describe(await changes.CreateAsync(NewJobReader.Read(fields, Resolve))));
                }

                foreach (var (id, patch) in update)
                {
                    await set.UpdateAsync(id, () => UpdateAsync(changes, Resolve(id), patch));
                }

                foreach (var id in destroy.Distinct())
                {
                    await set.DestroyAsync(id, () => throw new SetException("forbidden", "Jobs are forgotten by themselves; one that is not at its end can be cancelled."));
                }

                return set.ToJson(oldState, changes.State);

                string Resolve(string id) => id is ['#', .. var creation] && set.IdOf(creation) is { } made ? made : call.Resolve(id);
            },
            call.Cancelled);
        SetAnswer.Remember(call, answer);
        return answer;
    }

    private static async Task<JsonObject?> UpdateAsync(JobChanges changes, string id, JsonNode? patch)
    {
        var job = await changes.FindAsync(id) ?? throw new SetException("notFound", $"There is no job {id} (any longer).");
        if (patch is not JsonObject { Count: 1 } fields || !fields.TryGetPropertyValue("state", out var state))
        {
            throw new SetException("invalidProperties", "Of a job only its state can be set.", "state");
        }

        switch (JmapCall.AsText(state))
        {
            case "paused":
                await changes.StopAsync(job, JobState.Paused);
                break;
            case "cancelled":
                await changes.StopAsync(job, JobState.Cancelled);
                break;
            case "queued":
                await changes.ResumeAsync(job);
                break;
            default:
                throw new SetException("invalidProperties", "A job can be set to paused, queued (it goes on) or cancelled.", "state");
        }

        return MailJobJson.Describe((await changes.FindAsync(id))!);
    }
}
