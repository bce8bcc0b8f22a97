using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Web.Drafts;
using Webmail.Web.Index;
using Webmail.Web.Jmap.Methods.Drafts;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>
/// Puts messages into the outbox, undoes and settles submissions (RFC 8621 §7.5): all of one call in one transaction, which is
/// over before the answer is given. Then does to the messages what the call asks for on success.
/// </summary>
internal sealed class EmailSubmissionSet(NewSubmissionReader reader, MailIndex index, OutboxStore outbox, SubmittedMessage messages, EmailChanger changer) : IJmapMethod
{
    public string Name => "EmailSubmission/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var wanted = await reader.ReadAsync(call, create);
        var contents = new Dictionary<EmailId, Task<byte[]>>();
        var done = await outbox.SetAsync(
            account,
            call.Text("ifInState"),
            token => ReadAsync(account, wanted.Values.Select(one => one.Wanted?.Email), contents, token),
            async view =>
            {
                var oldState = view.State;
                var set = new SetAnswer(account.Id);
                var touched = new Dictionary<string, Touched>(StringComparer.Ordinal);
                foreach (var (creationId, (one, error)) in wanted)
                {
                    await set.CreateAsync(creationId, () => CreateAsync(view, "#" + creationId, one ?? throw new SetException(error!), contents, touched));
                }

                foreach (var (id, patch) in update)
                {
                    await set.UpdateAsync(id, () => UpdateAsync(view, call.Resolve(id), patch, id, touched));
                }

                foreach (var id in destroy.Distinct())
                {
                    await set.DestroyAsync(id, () => DestroyAsync(view, call.Resolve(id), id, touched));
                }

                return new Done(set.ToJson(oldState, view.State).ToJsonString(), touched);
            },
            call.Cancelled);
        var answer = (JsonObject)JsonNode.Parse(done.Answer)!;
        SetAnswer.Remember(call, answer);
        await ImplyAsync(call, account, done.Touched, implied);
        return answer;
    }

    /// <summary>Before the account is locked, for reading may take long.</summary>
    private async Task ReadAsync(MailAccount account, IEnumerable<EmailId?> emails, Dictionary<EmailId, Task<byte[]>> contents, CancellationToken cancellationToken)
    {
        contents.Clear();
        foreach (var email in emails.OfType<EmailId>().Distinct())
        {
            contents[email] = messages.ReadAsync(account.Credentials, email, cancellationToken);
            await ((Task)contents[email]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<JsonObject> CreateAsync(
        OutboxChanges outbox, string reference, NewSubmission wanted, Dictionary<EmailId, Task<byte[]>> contents, Dictionary<string, Touched> touched)
    {
        if (await outbox.FindAsync(wanted) is { } same)
        {
            // Asked again: what was asked for on success has been done, or is being done, by the first request.
            return EmailSubmissionJson.Created(same);
        }

        var drafts = await outbox.DraftsAsync();
        var sent = wanted.Draft is { } named ? await SentAsync(drafts, named) : null;
        var made = await outbox.AddAsync(wanted, await contents[wanted.Email]);
        await (sent is null ? drafts.ForgetAsync(made.Email) : drafts.DestroyAsync(sent));
        await drafts.EndAsync();
        touched[reference] = new Touched(made.Number, made.Email);
        return EmailSubmissionJson.Created(made);
    }

    /// <summary>Two that send the same draft do not send it twice, and nobody sends what somebody else has changed meanwhile.</summary>
    private static async Task<Draft> SentAsync(DraftChanges drafts, SentDraft named)
    {
        var draft = await drafts.FindAsync(named.Id)
            ?? throw new SetException("draftNotFound", $"There is no draft {named.Id} (any longer): it was sent or discarded.", "draftId");
        return draft.Version == named.Version ? draft : throw DraftJson.Mismatch(draft, null);
    }

    private static async Task<JsonObject?> UpdateAsync(OutboxChanges outbox, string id, JsonNode? patch, string reference, Dictionary<string, Touched> touched)
    {
        var submission = await FindAsync(outbox, id);
        var fields = patch as JsonObject ?? throw new SetException("invalidPatch", "A patch is an object.");
        foreach (var (name, value) in fields)
        {
            await ((name, JmapCall.AsText(value)) switch
            {
                ("undoStatus", "canceled") => RequireAsync(
                    outbox.CancelAsync(submission), submission.State != OutboxState.Canceled, "cannotUnsend", "The message is on its way already."),
                ("undoStatus", var same) when same == EmailSubmissionJson.UndoStatus(submission) => Task.CompletedTask,
                (EmailSubmissionJson.State, "held") => RequireAsync(
                    outbox.SendAsync(submission), true, "invalidProperties", "Only what is held or uncertain can be sent now.", EmailSubmissionJson.State),
                (EmailSubmissionJson.State, "uncertain") => RequireAsync(
                    outbox.CheckAsync(submission), true, "invalidProperties", "Only of what is uncertain evidence is looked for.", EmailSubmissionJson.State),
                (EmailSubmissionJson.State, "withdrawn") => RequireAsync(
                    outbox.WithdrawAsync(submission), true, "invalidProperties", "Only what is uncertain can be given up.", EmailSubmissionJson.State),
                _ => throw new SetException("invalidProperties", $"{name} cannot be set to {value?.ToJsonString() ?? "null"}.", name),
            });
        }

        touched[reference] = new Touched(submission.Number, submission.Email);
        return null;
    }

    private static async Task DestroyAsync(OutboxChanges outbox, string id, string reference, Dictionary<string, Touched> touched)
    {
        var submission = await FindAsync(outbox, id);
        await outbox.DestroyAsync(submission);
        touched[reference] = new Touched(submission.Number, submission.Email);
    }

    private static async Task<Submission> FindAsync(OutboxChanges outbox, string id) =>
        OutboxIds.TryParse(id, out var number) && await outbox.ReadAsync([number], 1) is [var found] ? found : throw new SetException("notFound", $"There is no submission {id}.");

    private static async Task RequireAsync(Task<bool> change, bool isNeeded, string type, string description, params string[] properties)
    {
        if (!await change && isNeeded)
        {
            throw new SetException(type, description, properties);
        }
    }

    /// <summary>onSuccessUpdateEmail and onSuccessDestroyEmail: an Email/set of its own, answered after ours.</summary>
    private async Task ImplyAsync(JmapCall call, MailAccount account, Dictionary<string, Touched> touched, List<ImpliedResponse> implied)
    {
        var updates = (call.Object("onSuccessUpdateEmail") ?? []).Where(pair => touched.ContainsKey(pair.Key)).ToArray();
        var destroyed = (call.Texts("onSuccessDestroyEmail") ?? []).Where(touched.ContainsKey).ToArray();
        if (updates.Length + destroyed.Length == 0)
        {
            return;
        }

        var oldState = IndexState.Text(await index.StateAsync(account, call.Cancelled));
        var answer = new SetAnswer(account.Id);
        Touched[] settled = [.. updates.Select(pair => pair.Key).Concat(destroyed).Distinct().Select(key => touched[key])];
        var changes = await changer.BeginAsync(account, [.. settled.Select(one => one.Email)], call.Cancelled);
        foreach (var (key, patch) in updates)
        {
            await answer.UpdateAsync(touched[key].Email, () => changes.UpdateAsync(touched[key].Email, patch));
        }

        foreach (var key in destroyed)
        {
            await answer.DestroyAsync(touched[key].Email, () => changes.DestroyAsync(touched[key].Email));
        }

        implied.Add(new ImpliedResponse("Email/set", answer.ToJson(oldState, IndexState.Text(await changes.EndAsync()))));
        await outbox.SettleAsync(account, [.. settled.Select(one => one.Number)], call.Cancelled);
    }

    /// <summary>A submission that was made or changed, and its message.</summary>
    private sealed record Touched(long Number, string Email);

    private sealed record Done(string Answer, Dictionary<string, Touched> Touched);
}
