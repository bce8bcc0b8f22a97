using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Tests.Lab.Replay;

/// <summary>What the cases are about: Alice's sessions, and drafts of hers that this run alone knows.</summary>
internal sealed class ReplayMailbox
{
    private const int AttachmentBytes = 2 * 1024 * 1024;

    /// <summary>Somebody whom nobody writes to meanwhile: what lies in the mailbox takes as much room as before.</summary>
    public static readonly MailUser Quiet = new("quiet@throwaway.test", "Somebody Quiet", "secret");

    private readonly Func<byte[], CancellationToken, Task<Execution>> _ask;

    private ReplayMailbox(Func<byte[], CancellationToken, Task<Execution>> ask)
    {
        _ask = ask;
        Scripts = new ReplayScripts(Run, CallAsync);
        SecondFactors = new ReplaySecondFactors(ask);
    }

    public string Run { get; } = $"Replay {Guid.NewGuid():N}";

    public ReplayScripts Scripts { get; }

    public ReplaySecondFactors SecondFactors { get; }

    public string Account { get; private set; } = "";
    public string QuietAccount { get; private set; } = "";
    public string Cookie { get; private set; } = "";
    public string AccessToken => $"Authorization: Bearer {Cookie.Split('=', 2)[1].Trim()}\r\n";
    public string CookieToRemove { get; private set; } = "";
    public string Asset { get; private set; } = "";
    public string Drafts { get; private set; } = "";
    public string Sent { get; private set; } = "";
    public string Trash { get; private set; } = "";
    public string Upload { get; private set; } = "";
    public string UploadBegun { get; private set; } = "";
    public string UploadGrowing { get; private set; } = "";
    public string UploadToRemove { get; private set; } = "";
    public string Attachment { get; private set; } = "";
    public string Message { get; private set; } = "";
    public string Packed { get; private set; } = "";
    public string PackedMessage { get; private set; } = "";
    public string Thread { get; private set; } = "";
    public string Read { get; private set; } = "";
    public string ToMark { get; private set; } = "";
    public string ToMove { get; private set; } = "";
    public string ToDestroy { get; private set; } = "";
    public string ToSend { get; private set; } = "";
    public string AddressBook { get; private set; } = "";
    public string Card { get; private set; } = "";
    public string ContactState { get; private set; } = "";
    public string SubmissionState { get; private set; } = "";

    /// <summary>A draft with <see cref="DraftBlob"/> attached, in two versions.</summary>
    public string SavedDraft { get; private set; } = "";

    public string DraftBlob { get; private set; } = "";

    public string DraftState { get; private set; } = "";

    /// <summary>A job that is paused, and the state before it.</summary>
    public string Job { get; private set; } = "";

    public string JobState { get; private set; } = "";

    public static async Task<ReplayMailbox> PrepareAsync(
        Func<byte[], CancellationToken, Task<Execution>> ask, CancellationToken cancellationToken)
    {
        var mailbox = new ReplayMailbox(ask);
        await mailbox.SignInAsync(cancellationToken);
        await mailbox.SecondFactors.PrepareAsync(cancellationToken);
        await mailbox.FindMailboxesAsync(cancellationToken);
        await mailbox.WriteDraftsAsync(cancellationToken);
        mailbox.UploadBegun = await mailbox.BeginUploadAsync(cancellationToken);
        mailbox.UploadGrowing = await mailbox.BeginUploadAsync(cancellationToken);
        mailbox.UploadToRemove = await mailbox.BeginUploadAsync(cancellationToken);
        var unique = Encoding.UTF8.GetBytes($"# {mailbox.Run}\r\nkeep;\r\n");
        await mailbox.Scripts.PrepareAsync(
            await mailbox.UploadAsync("keep;\r\n"u8.ToArray(), cancellationToken), await mailbox.UploadAsync(unique, cancellationToken), cancellationToken);
        await mailbox.WriteContactsAsync(cancellationToken);
        await mailbox.SaveDraftAsync(cancellationToken);
        var jobs = await mailbox.CallAsync("MailJob/set", new JsonObject { ["create"] = new JsonObject { ["j"] = JobCases.Paused(mailbox) } }, cancellationToken);
        (mailbox.JobState, mailbox.Job) = ((string)jobs["oldState"]!, (string)jobs["created"]!["j"]!["id"]!);
        var submissions = await mailbox.CallAsync("EmailSubmission/get", new JsonObject { ["ids"] = new JsonArray() }, cancellationToken);
        mailbox.SubmissionState = (string)submissions["state"]!;
        return mailbox;
    }

    public JsonObject Draft(string subject, JsonObject? more = null)
    {
        var draft = new JsonObject
        {
            ["mailboxIds"] = new JsonObject { [Drafts] = true },
            ["keywords"] = new JsonObject { ["$draft"] = true, ["$seen"] = true },
            ["from"] = new JsonArray(new JsonObject { ["email"] = MailUsers.Alice.Address }),
            ["to"] = new JsonArray(new JsonObject { ["email"] = MailUsers.Bob.Address }),
            ["subject"] = $"{Run} {subject}",
            ["textBody"] = new JsonArray(new JsonObject { ["partId"] = "t", ["type"] = "text/plain" }),
            ["bodyValues"] = new JsonObject { ["t"] = new JsonObject { ["value"] = $"Text of {subject}." } },
        };
        foreach (var (key, value) in more ?? [])
        {
            draft[key] = value?.DeepClone();
        }

        return draft;
    }

    public JsonObject Contact(string name) => new()
    {
        ["addressBookIds"] = new JsonObject { [AddressBook] = true },
        ["name"] = new JsonObject { ["full"] = $"{Run} {name}" },
    };

    public JsonArray Call(string method, JsonObject arguments) => Call(Account, method, arguments);

    public static JsonArray Call(string account, string method, JsonObject arguments)
    {
        arguments["accountId"] = account;
        return [method, arguments, method];
    }

    /// <summary>Nothing that was asked before has the same answer afterwards.</summary>
    public async Task ChangeAsync(CancellationToken cancellationToken)
    {
        await CallAsync("Email/set", new JsonObject
        {
            ["create"] = new JsonObject { ["late"] = Draft("late", new JsonObject { ["inReplyTo"] = new JsonArray(Thread) }) },
            ["update"] = new JsonObject { [Read] = new JsonObject { ["keywords/$flagged"] = true } },
        }, cancellationToken);
        await Scripts.ChangeAsync(await UploadAsync("stop;\r\n"u8.ToArray(), cancellationToken), cancellationToken);
        await CallAsync("AddressBook/set", new JsonObject { ["update"] = new JsonObject { [AddressBook] = new JsonObject { ["sortOrder"] = 7 } } }, cancellationToken);
        await CallAsync("ContactCard/set", new JsonObject
        {
            ["create"] = new JsonObject { ["late"] = Contact("late") },
            ["update"] = new JsonObject { [Card] = new JsonObject { ["notes"] = new JsonObject { ["n"] = new JsonObject { ["note"] = "later" } } } },
        }, cancellationToken);
        await SaveAsync("later", cancellationToken);
        await CallAsync("MailJob/set", new JsonObject { ["update"] = new JsonObject { [Job] = new JsonObject { ["state"] = "cancelled" } } }, cancellationToken);
        await _ask(ReplayRequest.Of("DELETE", "/session", ReplayRequest.SameOrigin + Cookie), cancellationToken);
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await Scripts.RemoveAsync(cancellationToken);
        await DiscardDraftsAsync(cancellationToken);
        await CallAsync("AddressBook/set", new JsonObject { ["destroy"] = new JsonArray(AddressBook), ["onDestroyRemoveContents"] = true }, cancellationToken);
        foreach (var mailbox in (string[])[Drafts, Sent, Trash])
        {
            var found = await CallAsync("Email/query", new JsonObject
            {
                ["filter"] = new JsonObject { ["inMailbox"] = mailbox, ["text"] = Run },
            }, cancellationToken);
            await CallAsync("Email/set", new JsonObject { ["destroy"] = found["ids"]!.DeepClone() }, cancellationToken);
        }
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        Cookie = await NewCookieAsync(cancellationToken);
        CookieToRemove = await NewCookieAsync(cancellationToken);
        var session = await _ask(ReplayRequest.Of("GET", "/session", Cookie), cancellationToken);
        Account = (string)JsonNode.Parse(session.Body)!["accountId"]!;
        var quiet = await _ask(ReplayRequest.Of("GET", "/session", MailApi.Credentials(Quiet)), cancellationToken);
        QuietAccount = (string)JsonNode.Parse(quiet.Body)!["accountId"]!;
        var page = await _ask(ReplayRequest.Of("GET", "/"), cancellationToken);
        Asset = Regex.Match(Encoding.UTF8.GetString(page.Body), "/assets/[^\"]+[.]js").Value;
    }

    private async Task<string> NewCookieAsync(CancellationToken cancellationToken) =>
        (await _ask(ReplayRequest.SignIn(MailUsers.Alice.Password), cancellationToken)).Cookie;

    private async Task FindMailboxesAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("Mailbox/get", new JsonObject { ["ids"] = null }, cancellationToken);
        (Drafts, Sent, Trash) = (Find("drafts"), Find("sent"), Find("trash"));

        string Find(string role) =>
            (string)answer["list"]!.AsArray().First(mailbox => (string?)mailbox!["role"] == role)!["id"]!;
    }

    private async Task WriteDraftsAsync(CancellationToken cancellationToken)
    {
        var content = new byte[AttachmentBytes];
        new Random(1).NextBytes(content);
        Upload = await UploadAsync(content, cancellationToken);
        var create = new JsonObject
        {
            ["read"] = Draft("read", new JsonObject
            {
                ["htmlBody"] = new JsonArray(new JsonObject { ["partId"] = "h", ["type"] = "text/html" }),
                ["bodyValues"] = new JsonObject
                {
                    ["t"] = new JsonObject { ["value"] = "Grüße" },
                    ["h"] = new JsonObject { ["value"] = "<p onclick='no()'>Grüße <b>in HTML</b></p>" },
                },
                ["attachments"] = new JsonArray(new JsonObject { ["blobId"] = Upload, ["name"] = "large.bin", ["type"] = "application/octet-stream" }),
            }),
        };
        create["packed"] = Draft("packed", new JsonObject
        {
            ["header:List-Unsubscribe"] = $" <mailto:{MailUsers.Bob.Address}?subject={Uri.EscapeDataString(Run)}>, <https://lists.replay.example/>",
            ["header:List-Unsubscribe-Post"] = " List-Unsubscribe=One-Click",
            ["bodyValues"] = new JsonObject { ["t"] = new JsonObject { ["value"] = "Text with a file.\nbegin 644 cat.txt\n#0V%T\n`\nend\n" } },
        });
        foreach (var name in (string[])["mark", "move", "destroy", "send"])
        {
            create[name] = Draft(name);
        }

        var created = (await CallAsync("Email/set", new JsonObject { ["create"] = create }, cancellationToken))["created"]!;
        (Read, ToMark, ToMove, ToDestroy, ToSend) = (Id("read"), Id("mark"), Id("move"), Id("destroy"), Id("send"));
        (Packed, PackedMessage) = (Id("packed"), (string)created["packed"]!["blobId"]!);
        (Message, Thread) = ((string)created["read"]!["blobId"]!, (string)created["read"]!["threadId"]!);
        var read = await CallAsync("Email/get", new JsonObject { ["ids"] = new JsonArray(Read), ["properties"] = new JsonArray("attachments") }, cancellationToken);
        Attachment = (string)read["list"]![0]!["attachments"]![0]!["blobId"]!;

        string Id(string name) => (string)created[name]!["id"]!;
    }

    private async Task<string> BeginUploadAsync(CancellationToken cancellationToken)
    {
        var answer = await _ask(
            ReplayRequest.Of("POST", $"/jmap/upload/{Account}/parts", $"{ReplayRequest.Alice}Tus-Resumable: 1.0.0\r\nUpload-Length: 9\r\n", []), cancellationToken);
        return Regex.Match(answer.Head, "Location: .*/(u[0-9a-f]+)\r\n").Groups[1].Value;
    }

    private async Task<string> UploadAsync(byte[] content, CancellationToken cancellationToken)
    {
        var upload = await _ask(ReplayRequest.Of("POST", $"/jmap/upload/{Account}/", ReplayRequest.Alice, content), cancellationToken);
        return (string)JsonNode.Parse(upload.Body)!["blobId"]!;
    }

    private async Task SaveDraftAsync(CancellationToken cancellationToken)
    {
        var made = await CallAsync(
            "Draft/set", new JsonObject { ["create"] = new JsonObject { ["d"] = DraftCases.Content(this, "saved", Upload) } }, cancellationToken);
        (DraftState, SavedDraft) = ((string)made["oldState"]!, (string)made["created"]!["d"]!["id"]!);
        DraftBlob = (string)(await SavedAsync(cancellationToken))["email"]!["attachments"]![0]!["blobId"]!;
        await SaveAsync("saved again", cancellationToken);
    }

    /// <summary>The draft's next version.</summary>
    private async Task SaveAsync(string subject, CancellationToken cancellationToken)
    {
        var version = DraftCases.Content(this, subject, DraftBlob);
        version["ifVersion"] = (int)(await SavedAsync(cancellationToken))["version"]!;
        await CallAsync("Draft/set", new JsonObject { ["update"] = new JsonObject { [SavedDraft] = version } }, cancellationToken);
    }

    private async Task<JsonNode> SavedAsync(CancellationToken cancellationToken) =>
        (await CallAsync("Draft/get", new JsonObject { ["ids"] = new JsonArray(SavedDraft) }, cancellationToken))["list"]![0]!;

    private async Task DiscardDraftsAsync(CancellationToken cancellationToken)
    {
        var all = (await CallAsync("Draft/get", new JsonObject { ["ids"] = null, ["properties"] = new JsonArray("version") }, cancellationToken))["list"]!.AsArray();
        await CallAsync("Draft/set", new JsonObject
        {
            ["destroy"] = new JsonArray([.. all.Select(draft => (JsonNode)(string)draft!["id"]!)]),
            ["destroyIfVersion"] = new JsonObject(all.Select(draft => KeyValuePair.Create((string)draft!["id"]!, draft["version"]?.DeepClone()))),
        }, cancellationToken);
    }

    /// <summary>An address book of this run's own, removed with all that is in it.</summary>
    private async Task WriteContactsAsync(CancellationToken cancellationToken)
    {
        var books = await CallAsync("AddressBook/set", new JsonObject { ["create"] = new JsonObject { ["b"] = new JsonObject { ["name"] = Run } } }, cancellationToken);
        AddressBook = (string)books["created"]!["b"]!["id"]!;
        ContactState = (string)books["oldState"]!;
        var cards = await CallAsync("ContactCard/set", new JsonObject { ["create"] = new JsonObject { ["c"] = Contact("card") } }, cancellationToken);
        Card = (string)cards["created"]!["c"]!["id"]!;
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject arguments, CancellationToken cancellationToken)
    {
        var answer = await _ask(ReplayRequest.Jmap([Call(method, arguments)]), cancellationToken);
        var response = JsonNode.Parse(answer.Body)!["methodResponses"]![0]!;
        return (string?)response[0] == method ? response[1]! : throw new InvalidOperationException(response.ToJsonString());
    }
}
