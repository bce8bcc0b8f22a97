using System.Text.Json.Nodes;
using Appliance.Cli.Services;

namespace Tests.Lab.Replay;

/// <summary>The requests about whole messages, identities and the tree of mailboxes that are replayed.</summary>
internal static class EmailCases
{
    public static IReadOnlyList<ReplayCase> All { get; } =
    [
        ReplayCases.Method("Email/get structure", "Email/get", mailbox => new JsonObject
        {
            ["ids"] = new JsonArray(mailbox.Read),
            ["properties"] = new JsonArray("bodyStructure", "attachments", "bodyValues"),
            ["bodyProperties"] = new JsonArray("partId", "blobId", "type", "language", "headers", "header:Content-Type:asRaw"),
            ["fetchAllBodyValues"] = true,
            ["maxBodyValueBytes"] = 20,
        }),
        ReplayCases.Method("Email/get unpacked", "Email/get", mailbox => new JsonObject
        {
            ["ids"] = new JsonArray(mailbox.Packed),
            ["properties"] = new JsonArray("attachments", "textBody", "htmlBody", "bodyValues"),
            ["fetchAllBodyValues"] = true,
            ["unpacks"] = true,
        }),
        ReplayCases.Method("Email/parse unpacked", "Email/parse", mailbox => new JsonObject
        {
            ["blobIds"] = new JsonArray(mailbox.PackedMessage), ["fetchAllBodyValues"] = true, ["unpacks"] = true,
        }),
        new("file in a text", 200, mailbox => ReplayRequest.Of("GET", $"/jmap/download/{mailbox.Account}/nu1-n1-{mailbox.PackedMessage}/file", ReplayRequest.Alice)),
        ReplayCases.Method("Email/parse", mailbox => new JsonObject
        {
            ["blobIds"] = new JsonArray(mailbox.Message, mailbox.Upload, "u00000000000000000000000000000000"), ["fetchAllBodyValues"] = true,
        }),
        ReplayCases.Method("Email/copy", _ => new JsonObject { ["fromAccountId"] = "a0", ["create"] = new JsonObject() }),
        ReplayCases.Method("SearchSnippet/get", mailbox => new JsonObject
        {
            ["filter"] = new JsonObject { ["text"] = "text of replay" }, ["emailIds"] = new JsonArray(mailbox.Read, mailbox.ToMark, "e0"),
        }),
        ReplayCases.Method("Email/import", mailbox => new JsonObject
        {
            ["emails"] = new JsonObject { ["message"] = Import(mailbox, mailbox.Message), ["none"] = Import(mailbox, "u00000000000000000000000000000000") },
        }) with { Acts = true },
        new("part of a message in a blob", 200, mailbox => ReplayRequest.Of("GET", $"/jmap/download/{mailbox.Account}/n1-1-{mailbox.Message}/part", ReplayRequest.Alice)),
        new("body of a message in a blob", 200, mailbox => Body(mailbox, mailbox.Message)),
        new("body of what is no message", 404, mailbox => Body(mailbox, "u00000000000000000000000000000000")),
        new("body with images from elsewhere", 200, mailbox => ReplayRequest.Of("GET", $"/mail/{mailbox.Account}/{mailbox.Read}/body.html?remote=load", ReplayRequest.Alice)),
        ReplayCases.Method("Email/get remoteContent, unsubscribe, spoofHints", "Email/get", mailbox => new JsonObject
        {
            ["ids"] = new JsonArray(mailbox.Read, mailbox.Packed), ["properties"] = new JsonArray("remoteContent", "unsubscribe", "spoofHints"),
        }),
        new("trusted senders", 200, _ => ReplayRequest.Of("GET", "/reading/trusted-senders", ReplayRequest.Alice)),
        new("trusted sender added", 204, _ => TrustedSender("PUT", "Replay@example.com")) { Acts = true },
        new("trusted sender removed", 204, _ => TrustedSender("DELETE", "example.com")) { Acts = true },
        new("trusted sender that is none", 400, _ => TrustedSender("PUT", "@")),
        new("list left by a message", 200, mailbox => Unsubscription(mailbox, mailbox.Packed, "mailto")) { Acts = true },
        new("list that nobody has verified", 409, mailbox => Unsubscription(mailbox, mailbox.Packed, "oneClick")),
        new("create of any shape", 200, mailbox => ReplayRequest.Jmap([mailbox.Call("Email/set", new JsonObject
        {
            ["create"] = new JsonObject { ["c"] = Shaped(mailbox) },
        })])) { Acts = true },
        new("identities and their changes", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Identity/get", new JsonObject { ["ids"] = null }),
            mailbox.Call("Identity/changes", new JsonObject { ["#sinceState"] = ReplayCases.Result("Identity/get", "/state") }),
        ])),
        new("identity made, changed and removed", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Identity/set", new JsonObject
            {
                ["create"] = new JsonObject { ["i"] = new JsonObject { ["email"] = MailUsers.Alice.Address, ["htmlSignature"] = "<b onclick='no()'>A</b>" } },
            }),
            mailbox.Call("Identity/set", new JsonObject { ["update"] = new JsonObject { ["#i"] = new JsonObject { ["name"] = mailbox.Run } } }),
            mailbox.Call("Identity/set", new JsonObject { ["destroy"] = new JsonArray("#i") }),
        ])) { Acts = true },
        new("mailboxes as a tree, and their changes", 200, mailbox => ReplayRequest.Jmap(
        [
            mailbox.Call("Mailbox/query", new JsonObject { ["sortAsTree"] = true, ["filterAsTree"] = true, ["filter"] = new JsonObject { ["isSubscribed"] = true } }),
            mailbox.Call("Mailbox/queryChanges", new JsonObject { ["#sinceQueryState"] = ReplayCases.Result("Mailbox/query", "/queryState") }),
        ])),
    ];

    private static byte[] Body(ReplayMailbox mailbox, string blob) =>
        ReplayRequest.Of("GET", $"/mail/{mailbox.Account}/blobs/{blob}/body.html", ReplayRequest.Alice);

    private static byte[] Unsubscription(ReplayMailbox mailbox, string email, string by) =>
        ReplayRequest.Json($"/mail/{mailbox.Account}/{email}/unsubscription", ReplayRequest.Alice, new JsonObject { ["by"] = by });

    private static byte[] TrustedSender(string method, string sender) =>
        ReplayRequest.Of(method, $"/reading/trusted-senders/{sender}", ReplayRequest.Alice, []);

    private static JsonObject Import(ReplayMailbox mailbox, string blob) =>
        new() { ["blobId"] = blob, ["mailboxIds"] = new JsonObject { [mailbox.Trash] = true }, ["keywords"] = new JsonObject { ["$seen"] = true } };

    private static JsonObject Shaped(ReplayMailbox mailbox)
    {
        var draft = mailbox.Draft("of any shape", new JsonObject
        {
            ["header:X-Replay:asText"] = "Grüße",
            ["bodyStructure"] = new JsonObject
            {
                ["type"] = "multipart/related",
                ["subParts"] = new JsonArray(
                    new JsonObject { ["partId"] = "t", ["type"] = "text/html" },
                    new JsonObject { ["blobId"] = $"n1-1-{mailbox.Message}", ["type"] = "text/plain", ["cid"] = "part@replay.example", ["disposition"] = "inline" }),
            },
        });
        draft.Remove("textBody");
        return draft;
    }
}
