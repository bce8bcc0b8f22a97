using System.Text.Json.Nodes;
using Appliance.Cli.Services;

namespace Tests.Lab.Replay;

/// <summary>Every request that is replayed; a new endpoint or JMAP method without one fails a test.</summary>
internal static class ReplayCases
{
    private const int UploadBytesMax = 25 * 1024 * 1024;
    private const string PartType = "Content-Type: application/offset+octet-stream\r\n";

    public static IReadOnlyList<ReplayCase> All { get; } =
    [
        .. Pages(),
        .. Sessions(),
        .. Devices(),
        .. SecondFactors(),
        .. Blobs(),
        .. Methods(),
        .. Changes(),
        .. Scripts(),
        .. Push(),
        .. ContactCases.All,
        .. EmailCases.All,
        .. DraftCases.All,
        .. JobCases.All,
        .. Refusals(),
    ];

    private static IEnumerable<ReplayCase> Pages() =>
    [
        new("page", 200, _ => ReplayRequest.Of("GET", "/")),
        new("page head", 200, _ => ReplayRequest.Of("HEAD", "/")),
        new("page of the application", 200, _ => ReplayRequest.Of("GET", "/mailbox/drafts")),
        new("asset", 200, mailbox => ReplayRequest.Of("GET", mailbox.Asset)),
        new("no such asset", 404, _ => ReplayRequest.Of("GET", "/assets/none.js")),
        new("health", 200, _ => ReplayRequest.Of("GET", "/health")),
    ];

    private static IEnumerable<ReplayCase> Sessions() =>
    [
        new("sign-in", 204, _ => ReplayRequest.SignIn("secret")) { Acts = true },
        new("sign-in with a wrong password", 401, _ => ReplayRequest.SignIn("wrong")),
        new("sign-in that is no JSON", 400, _ => ReplayRequest.Of("POST", "/session", ReplayRequest.SameOrigin, "{"u8)),
        new("sign-in from another site", 403, _ => ReplayRequest.Of("POST", "/session", "Sec-Fetch-Site: cross-site\r\n", "{}"u8)),
        new("session by cookie", 200, mailbox => ReplayRequest.Of("GET", "/session", mailbox.Cookie)),
        new("sign-in for an access token", 200, _ => ReplayRequest.SignIn("secret", wantsToken: true)) { Acts = true },
        new("session by access token", 200, mailbox => ReplayRequest.Of("GET", "/session", mailbox.AccessToken)),
        new("session by a wrong access token", 401, _ => ReplayRequest.Of("GET", "/session", "Authorization: Bearer none\r\n")),
        new("session by header", 200, _ => ReplayRequest.Of("GET", "/session", ReplayRequest.Alice)),
        new("session of nobody", 401, _ => ReplayRequest.Of("GET", "/session")),
        new("sign-out", 204, mailbox => ReplayRequest.Of("DELETE", "/session", ReplayRequest.SameOrigin + mailbox.CookieToRemove)) { Acts = true },
        new("sign-out of nobody", 204, _ => ReplayRequest.Of("DELETE", "/session", ReplayRequest.SameOrigin)),
        new("status", 200, mailbox => ReplayRequest.Of("GET", "/status", mailbox.Cookie)),
        new("status for nobody", 401, _ => ReplayRequest.Of("GET", "/status")),
        new("JMAP session", 200, _ => ReplayRequest.Of("GET", "/.well-known/jmap", ReplayRequest.Alice)),
        new("JMAP session by cookie", 200, mailbox => ReplayRequest.Of("GET", "/.well-known/jmap", mailbox.Cookie)),
    ];

    private static IEnumerable<ReplayCase> Devices() =>
    [
        new("sign-in again", 204, mailbox => mailbox.SecondFactors.SignInAgain()) { Acts = true },
        new("devices", 200, mailbox => ReplayRequest.Of("GET", "/session/devices", mailbox.Cookie)),
        new("device signed out", 204, mailbox => Devices(mailbox, "DELETE", $"/{new string('0', 64)}")) { Acts = true },
        new("no such device", 404, mailbox => Devices(mailbox, "DELETE", "/none")),
        new("other devices signed out", 204, mailbox => Devices(mailbox, "DELETE", "")) { Acts = true },
        new("devices of nobody", 401, _ => ReplayRequest.Of("GET", "/session/devices")),
    ];

    private static IEnumerable<ReplayCase> SecondFactors() =>
    [
        new("sign-in that needs a code", 401, mailbox => mailbox.SecondFactors.SignIn(withCode: false)),
        new("sign-in with a wrong code", 401, mailbox => mailbox.SecondFactors.SignInWithAWrongCode()) { Acts = true },
        new("sign-in with a code", 204, mailbox => mailbox.SecondFactors.SignIn(withCode: true)) { Acts = true },
        new("second factor", 200, mailbox => ReplayRequest.Of("GET", "/session/second-factor", mailbox.Cookie)),
        new("second factor offered", 200, mailbox => mailbox.SecondFactors.Offer()) { Acts = true },
        new("second factor confirmed", 200, mailbox => mailbox.SecondFactors.Confirm()) { Acts = true },
        new("second factor removed", 204, mailbox => mailbox.SecondFactors.Remove()) { Acts = true },
        new("second factor not removed", 403, mailbox => mailbox.SecondFactors.RemoveWithoutACode()),
    ];

    private static IEnumerable<ReplayCase> Blobs() =>
    [
        new("attachment", 200, mailbox => Download(mailbox, mailbox.Attachment)) { TakenBytes = 2_000_000 },
        new("attachment head", 200, mailbox => Download(mailbox, mailbox.Attachment, "HEAD")),
        new("upload's content", 200, mailbox => Download(mailbox, mailbox.Upload)) { TakenBytes = 2_000_000 },
        new("upload's head", 200, mailbox => Download(mailbox, mailbox.Upload, "HEAD")),
        new("script's content", 200, mailbox => Download(mailbox, mailbox.Scripts.Content)),
        new("no such blob", 404, mailbox => Download(mailbox, "u00000000000000000000000000000000")),
        new("blob of another account", 404, mailbox => ReplayRequest.Of("GET", $"/jmap/download/other/{mailbox.Upload}/x", ReplayRequest.Alice)),
        new("blob for nobody", 401, mailbox => ReplayRequest.Of("GET", $"/jmap/download/{mailbox.Account}/{mailbox.Upload}/x")),
        new("upload", 200, mailbox => Upload(mailbox, "some text"u8)) { Acts = true },
        new("upload in chunks", 200, mailbox => [
            .. ReplayRequest.Of("POST", $"/jmap/upload/{mailbox.Account}/", ReplayRequest.Alice + "Transfer-Encoding: chunked\r\n"),
            .. "4\r\nsome\r\n5\r\n text\r\n0\r\n\r\n"u8]) { Acts = true },
        new("upload too large", 413, mailbox => Upload(mailbox, new byte[UploadBytesMax + 1])),
        new("upload to another account", 404, _ => ReplayRequest.Of("POST", "/jmap/upload/other/", ReplayRequest.Alice, "x"u8)),
        new("upload in parts", 201, mailbox => Parts(mailbox, "POST", "", "Upload-Length: 9\r\nUpload-Metadata: filetype dGV4dC9wbGFpbg==\r\n")) { Acts = true },
        new("upload in parts too large", 413, mailbox => Parts(mailbox, "POST", "", "Upload-Length: 9999999999999\r\n")),
        new("upload in parts of another version", 412, mailbox => ReplayRequest.Of("POST", $"/jmap/upload/{mailbox.Account}/parts", ReplayRequest.Alice)),
        new("what uploads in parts can do", 204, mailbox => ReplayRequest.Of("OPTIONS", $"/jmap/upload/{mailbox.Account}/parts")),
        new("how far an upload is", 200, mailbox => Parts(mailbox, "HEAD", mailbox.UploadBegun)),
        new("next part", 204, mailbox => Parts(mailbox, "PATCH", mailbox.UploadGrowing, "Upload-Offset: 0\r\n" + PartType, "some"u8)) { Acts = true },
        new("not the next part", 409, mailbox => Parts(mailbox, "PATCH", mailbox.UploadBegun, "Upload-Offset: 3\r\n" + PartType, "some"u8)) { Acts = true },
        new("spoilt part", 460, mailbox => Parts(
            mailbox, "PATCH", mailbox.UploadBegun, "Upload-Offset: 0\r\nUpload-Checksum: sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=\r\n" + PartType, "some"u8)),
        new("upload given up", 204, mailbox => Parts(mailbox, "DELETE", mailbox.UploadToRemove)) { Acts = true },
        new("reader", 200, mailbox => Reader(mailbox, mailbox.Read)),
        new("reader of no message", 404, mailbox => Reader(mailbox, "e0")),
    ];

    private static IEnumerable<ReplayCase> Methods() =>
    [
        Method("Core/echo", _ => new JsonObject { ["some"] = new JsonArray(1, "ü", null) }),
        Method("Mailbox/get", _ => new JsonObject { ["ids"] = null }),
        Method("Mailbox/query", _ => new JsonObject { ["filter"] = new JsonObject { ["hasAnyRole"] = true } }),
        Method("Email/query", mailbox => Drafts(mailbox)),
        Method("Email/get", mailbox => new JsonObject { ["ids"] = new JsonArray(mailbox.Read, mailbox.ToMark, "e0"), ["fetchAllBodyValues"] = true }),
        Method("Email/get headers", "Email/get", mailbox => new JsonObject
        {
            ["ids"] = new JsonArray(mailbox.Read), ["properties"] = new JsonArray("headers", "sender", "header:From:asGroupedAddresses", "header:X-None:asURLs:all"),
        }),
        Method("Email/get reading", "Email/get", mailbox => new JsonObject
        {
            ["ids"] = new JsonArray(mailbox.Read), ["properties"] = new JsonArray("authenticationResults", "spoofHints", "security", "isPartial"),
        }),
        Method("Thread/get", mailbox => new JsonObject { ["ids"] = new JsonArray(mailbox.Thread) }),
        Method("EmailSubmission/get", _ => new JsonObject { ["ids"] = new JsonArray("s0") }),
        Method("EmailSubmission/changes", mailbox => new JsonObject { ["sinceState"] = mailbox.SubmissionState }),
        Method("EmailSubmission/query", _ => new JsonObject { ["filter"] = new JsonObject { ["undoStatus"] = "final" }, ["calculateTotal"] = true }),
        Method("EmailSubmission/queryChanges", mailbox => new JsonObject { ["sinceQueryState"] = mailbox.SubmissionState }),
        Method("Quota/get", _ => new JsonObject { ["ids"] = null }),
        Method("Quota/query", _ => new JsonObject { ["filter"] = new JsonObject { ["resourceType"] = "octets" }, ["sort"] = new JsonArray(new JsonObject { ["property"] = "used" }) }),
        new("quotas and no changes", 200, mailbox => ReplayRequest.Jmap(
            ReplayMailbox.Quiet,
            [ReplayMailbox.Call(mailbox.QuietAccount, "Quota/get", new JsonObject { ["ids"] = null }),
             ReplayMailbox.Call(mailbox.QuietAccount, "Quota/changes", new JsonObject { ["#sinceState"] = Result("Quota/get", "/state") }),
             ReplayMailbox.Call(mailbox.QuietAccount, "Quota/queryChanges", new JsonObject { ["#sinceQueryState"] = Result("Quota/get", "/state") })])),
        new("mail and its changes", 200, mailbox => ReplayRequest.Jmap(
            [mailbox.Call("Email/get", new JsonObject { ["ids"] = new JsonArray() }),
             mailbox.Call("Email/changes", new JsonObject { ["#sinceState"] = Result("Email/get", "/state") }),
             mailbox.Call("Mailbox/changes", new JsonObject { ["#sinceState"] = Result("Email/get", "/state") }),
             mailbox.Call("Thread/changes", new JsonObject { ["#sinceState"] = Result("Email/get", "/state") })])),
        new("query and its changes", 200, mailbox => ReplayRequest.Jmap(
            [mailbox.Call("Email/query", Drafts(mailbox)),
             mailbox.Call("Email/queryChanges", Merged(Drafts(mailbox), "#sinceQueryState", Result("Email/query", "/queryState")))])),
        Method("Email/query by attachment", "Email/query", mailbox => Merged(Drafts(mailbox), "filter", new JsonObject { ["inMailbox"] = mailbox.Drafts, ["attachmentName"] = "bin" })),
        Method("Email/query everywhere", "Email/query", mailbox => new JsonObject
        {
            ["filter"] = new JsonObject { ["text"] = mailbox.Run }, ["collapseThreads"] = true, ["sort"] = new JsonArray(new JsonObject { ["property"] = "subject" }),
        }),
        new("query and get", 200, mailbox => ReplayRequest.Jmap(
            [mailbox.Call("Email/query", Drafts(mailbox)), mailbox.Call("Email/get", Found("Email/query", "/ids")), mailbox.Call("Thread/get", Found("Email/get", "/list/*/threadId"))])),
    ];

    private static IEnumerable<ReplayCase> Changes() =>
    [
        new("create", 200, mailbox => Set(mailbox, "create", "c", mailbox.Draft("created"))) { Acts = true },
        new("create with attachments", 200, mailbox => Set(mailbox, "create", "c", mailbox.Draft("with attachments", new JsonObject
        {
            ["attachments"] = new JsonArray(Attach(mailbox.Upload), Attach(mailbox.Attachment), Attach(mailbox.Message)),
        }))) { Acts = true },
        new("mark", 200, mailbox => Set(mailbox, "update", mailbox.ToMark, new JsonObject { ["keywords/$flagged"] = true, ["keywords/$seen"] = null })) { Acts = true },
        new("move", 200, mailbox => Set(mailbox, "update", mailbox.ToMove, new JsonObject { ["mailboxIds"] = new JsonObject { [mailbox.Trash] = true } })) { Acts = true },
        new("destroy", 200, mailbox => ReplayRequest.Jmap([mailbox.Call("Email/set", new JsonObject { ["destroy"] = new JsonArray(mailbox.ToDestroy) })])) { Acts = true },
        new("mailbox made, renamed and removed", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Mailbox/set", new JsonObject { ["create"] = new JsonObject { ["m"] = new JsonObject { ["name"] = mailbox.Run } } }),
            mailbox.Call("Mailbox/set", new JsonObject { ["update"] = new JsonObject { ["#m"] = new JsonObject { ["name"] = mailbox.Run + " renamed", ["isSubscribed"] = false } } }),
            mailbox.Call("Mailbox/set", new JsonObject { ["destroy"] = new JsonArray("#m") }),
        ])) { Acts = true },
        new("change nothing", 200, mailbox => ReplayRequest.Jmap([mailbox.Call("Email/set", new JsonObject
        {
            ["create"] = new JsonObject { ["c"] = new JsonObject { ["unknown"] = 1 } },
            ["update"] = new JsonObject { ["e0"] = new JsonObject() },
        })])),
        new(ReplayCase.Send, 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Email/set", new JsonObject { ["create"] = new JsonObject { ["d"] = mailbox.Draft(ReplayCase.Send) } }),
            Submit(mailbox, "#d"),
        ])) { Acts = true },
        new("send and file", 200, mailbox => ReplayRequest.Jmap([Submit(mailbox, mailbox.ToSend, new JsonObject
        {
            ["mailboxIds"] = new JsonObject { [mailbox.Sent] = true }, ["keywords/$draft"] = null,
        })])) { Acts = true },
        new("send later", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Email/set", new JsonObject { ["create"] = new JsonObject { ["d"] = mailbox.Draft("later") } }),
            Submit(mailbox, "#d", heldSeconds: 3600),
            mailbox.Call("EmailSubmission/set", new JsonObject { ["update"] = new JsonObject { ["#s"] = new JsonObject { ["undoStatus"] = "canceled" } } }),
        ])) { Acts = true },
    ];

    private static IEnumerable<ReplayCase> Scripts() =>
    [
        Method("SieveScript/get", _ => new JsonObject { ["ids"] = null }),
        Method("SieveScript/query", mailbox => new JsonObject { ["filter"] = new JsonObject { ["name"] = mailbox.Run } }),
        Method("SieveScript/validate", mailbox => new JsonObject { ["blobId"] = mailbox.Scripts.Upload }),
        Method("VacationResponse/get", _ => new JsonObject { ["ids"] = null }),
        Script("script created", mailbox => new JsonObject
        {
            ["create"] = new JsonObject { ["c"] = new JsonObject { ["name"] = mailbox.Scripts.Name("created"), ["blobId"] = mailbox.Scripts.Upload } },
        }),
        Script("script without a name", mailbox => new JsonObject
        {
            ["create"] = new JsonObject { ["c"] = new JsonObject { ["name"] = null, ["blobId"] = mailbox.Scripts.Upload } },
            ["destroy"] = new JsonArray("#c"),
        }),
        Script("script changed", mailbox => new JsonObject
        {
            ["update"] = new JsonObject
            {
                [mailbox.Scripts.ToChange] = new JsonObject { ["name"] = mailbox.Scripts.Name("changed"), ["blobId"] = mailbox.Scripts.Upload },
            },
        }),
        Script("script destroyed", mailbox => new JsonObject { ["destroy"] = new JsonArray(mailbox.Scripts.ToDestroy) }),
        Script("script activated", mailbox => new JsonObject { ["onSuccessActivateScript"] = mailbox.Scripts.ToActivate }),
        new("vacation", 200, mailbox => ReplayRequest.Jmap([mailbox.Call("VacationResponse/set", new JsonObject
        {
            ["update"] = new JsonObject { ["singleton"] = ReplayScripts.Vacation.DeepClone() },
        })])) { Acts = true },
    ];

    // An id that no account ever had: something has changed since, and one event is the end.
    private static IEnumerable<ReplayCase> Push() =>
    [
        new("push", 200, _ => Push("types=*&closeafter=state&ping=30", ReplayRequest.Alice)),
        new("push by cookie", 200, mailbox => Push("types=Email,Mailbox&closeafter=state&ping=300", mailbox.Cookie)),
        new("push without a ping", 400, _ => Push("types=*&closeafter=state", ReplayRequest.Alice)),
        new("push for nobody", 401, _ => Push("types=*&closeafter=state&ping=30", "")),
    ];

    private static IEnumerable<ReplayCase> Refusals() =>
    [
        new("API for nobody", 401, _ => ReplayRequest.Of("POST", "/jmap/api/", ReplayRequest.SameOrigin, "{}"u8)),
        new("API without JSON", 400, _ => ReplayRequest.Api("{")),
        new("API without calls", 400, _ => ReplayRequest.Api("{}")),
        new("API with an unknown capability", 400, _ => ReplayRequest.Api("""{"using":["x"],"methodCalls":[]}""")),
        new("API with an unknown method", 200, _ => ReplayRequest.Api("""{"using":[],"methodCalls":[["No/such",{},"0"]]}""")),
        new("wrong method", 405, _ => ReplayRequest.Of("PUT", "/session", ReplayRequest.SameOrigin)),
        new("no request line", 400, _ => "GET\r\n\r\n"u8.ToArray()),
        new("no version of HTTP", 505, _ => "GET / nothing\r\n\r\n"u8.ToArray()),
        new("two lengths", 400, _ => ReplayRequest.Of("POST", "/session", "Content-Length: 1\r\nContent-Length: 2\r\n")),
    ];

    private static byte[] Push(string query, string fields) => ReplayRequest.Of("GET", $"/jmap/eventsource/?{query}", fields + "Last-Event-ID: none\r\n");

    private static byte[] Devices(ReplayMailbox mailbox, string method, string device) =>
        ReplayRequest.Of(method, $"/session/devices{device}", ReplayRequest.SameOrigin + mailbox.SecondFactors.Cookie);

    internal static ReplayCase Method(string name, Func<ReplayMailbox, JsonObject> arguments) => Method(name, name, arguments);

    internal static ReplayCase Method(string name, string method, Func<ReplayMailbox, JsonObject> arguments) =>
        new(name, 200, mailbox => ReplayRequest.Jmap([mailbox.Call(method, arguments(mailbox))]));

    private static ReplayCase Script(string name, Func<ReplayMailbox, JsonObject> arguments) =>
        new(name, 200, mailbox => ReplayRequest.Jmap([mailbox.Call("SieveScript/set", arguments(mailbox))])) { Acts = true };

    private static JsonObject Drafts(ReplayMailbox mailbox) =>
        new() { ["filter"] = new JsonObject { ["inMailbox"] = mailbox.Drafts }, ["calculateTotal"] = true };

    private static JsonObject Merged(JsonObject arguments, string name, JsonNode value)
    {
        arguments[name] = value;
        return arguments;
    }

    private static JsonObject Found(string call, string path) => new() { ["#ids"] = Result(call, path) };

    internal static JsonObject Result(string call, string path) => new() { ["resultOf"] = call, ["name"] = call, ["path"] = path };

    private static byte[] Set(ReplayMailbox mailbox, string verb, string id, JsonObject value) =>
        ReplayRequest.Jmap([mailbox.Call("Email/set", new JsonObject { [verb] = new JsonObject { [id] = value } })]);

    private static JsonObject Attach(string blob) => new() { ["blobId"] = blob, ["name"] = "attached", ["type"] = "application/octet-stream" };

    private static JsonArray Submit(ReplayMailbox mailbox, string email, JsonObject? onSuccess = null, int heldSeconds = 0) =>
        mailbox.Call("EmailSubmission/set", new JsonObject
        {
            ["create"] = new JsonObject { ["s"] = new JsonObject { ["emailId"] = email, ["identityId"] = "i0", ["envelope"] = Envelope(heldSeconds) } },
            ["onSuccessUpdateEmail"] = onSuccess is null ? null : new JsonObject { ["#s"] = onSuccess },
        });

    private static JsonObject? Envelope(int heldSeconds) => heldSeconds == 0
        ? null
        : new JsonObject
        {
            ["mailFrom"] = new JsonObject { ["email"] = MailUsers.Alice.Address, ["parameters"] = new JsonObject { ["HOLDFOR"] = $"{heldSeconds}" } },
            ["rcptTo"] = new JsonArray(new JsonObject { ["email"] = MailUsers.Bob.Address }),
        };

    private static byte[] Download(ReplayMailbox mailbox, string blob, string method = "GET") =>
        ReplayRequest.Of(method, $"/jmap/download/{mailbox.Account}/{Uri.EscapeDataString(blob)}/file.bin", ReplayRequest.Alice);

    private static byte[] Upload(ReplayMailbox mailbox, ReadOnlySpan<byte> content) =>
        ReplayRequest.Of("POST", $"/jmap/upload/{mailbox.Account}/", ReplayRequest.Alice + "Content-Type: text/plain\r\n", content);

    private static byte[] Parts(ReplayMailbox mailbox, string method, string upload, string fields = "", ReadOnlySpan<byte> body = default) =>
        ReplayRequest.Of(
            method, $"/jmap/upload/{mailbox.Account}/parts{(upload.Length > 0 ? "/" : "")}{upload}", $"{ReplayRequest.Alice}Tus-Resumable: 1.0.0\r\n{fields}", body);

    private static byte[] Reader(ReplayMailbox mailbox, string email) =>
        ReplayRequest.Of("GET", $"/mail/{mailbox.Account}/{email}/body.html", ReplayRequest.Alice);
}
