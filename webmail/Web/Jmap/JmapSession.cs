using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs.Resumable;
using Webmail.Web.Contacts;
using Webmail.Web.Drafts;
using Webmail.Web.Index;
using Webmail.Web.Jmap.Methods;
using Webmail.Web.Jobs;
using Webmail.Web.Outbox;
using Webmail.Web.Push;

namespace Webmail.Web.Jmap;

/// <summary>The session object (RFC 8620 §2, RFC 8621 §1.3, RFC 9610 §1.4).</summary>
internal static class JmapSession
{
    /// <summary>Changes when what the session object says changes, which only a new version does.</summary>
    public const string State = "8";

    private const int MailboxesPerEmailMax = 1;
    private const int MailboxNameBytesMax = MailboxSet.LabelBytesMax;

    /// <param name="account">Whose.</param>
    /// <param name="origin">Before the paths: programs know no base to resolve them against.</param>
    public static JsonObject Describe(MailAccount account, string origin) => new()
    {
        ["capabilities"] = new JsonObject
        {
            [Capabilities.Core] = Core(),
            [Capabilities.Mail] = new JsonObject(),
            [Capabilities.Submission] = new JsonObject(),
            [Capabilities.Quota] = new JsonObject(),
            [Capabilities.ResumableUpload] = new JsonObject(),
            [Capabilities.Outbox] = new JsonObject(),
            [Capabilities.Reading] = new JsonObject(),
            [Capabilities.Drafts] = new JsonObject(),
            [Capabilities.Jobs] = new JsonObject(),
            [Capabilities.Contacts] = new JsonObject(),
        },
        ["accounts"] = new JsonObject { [account.Id] = Account(account, origin) },
        ["primaryAccounts"] = new JsonObject
        {
            [Capabilities.Mail] = account.Id,
            [Capabilities.Submission] = account.Id,
            [Capabilities.Quota] = account.Id,
            [Capabilities.ResumableUpload] = account.Id,
            [Capabilities.Outbox] = account.Id,
            [Capabilities.Reading] = account.Id,
            [Capabilities.Drafts] = account.Id,
            [Capabilities.Jobs] = account.Id,
            [Capabilities.Contacts] = account.Id,
        },
        ["username"] = account.Credentials.Username,
        ["apiUrl"] = $"{origin}/jmap/api/",
        ["downloadUrl"] = origin + "/jmap/download/{accountId}/{blobId}/{name}?type={type}",
        ["uploadUrl"] = origin + "/jmap/upload/{accountId}/",
        ["eventSourceUrl"] = origin + EventSourceEndpoint.Url,
        ["state"] = State,
    };

    private static JsonObject Core() => new()
    {
        ["maxSizeUpload"] = JmapLimits.UploadBytesMax,
        ["maxConcurrentUpload"] = 4,
        ["maxSizeRequest"] = JmapLimits.RequestBytesMax,
        ["maxConcurrentRequests"] = 8,
        ["maxCallsInRequest"] = JmapLimits.CallsMax,
        ["maxObjectsInGet"] = JmapLimits.ObjectsInGetMax,
        ["maxObjectsInSet"] = JmapLimits.ObjectsInSetMax,
        ["collationAlgorithms"] = new JsonArray(),
    };

    private static JsonObject Account(MailAccount account, string origin) => new()
    {
        ["name"] = account.Credentials.Username,
        ["isPersonal"] = true,
        ["isReadOnly"] = false,
        ["accountCapabilities"] = new JsonObject
        {
            [Capabilities.Core] = new JsonObject(),
            [Capabilities.Mail] = new JsonObject
            {
                ["maxMailboxesPerEmail"] = MailboxesPerEmailMax,
                ["maxMailboxDepth"] = null,
                ["maxSizeMailboxName"] = MailboxNameBytesMax,
                ["maxSizeAttachmentsPerEmail"] = JmapLimits.UploadBytesMax,
                ["emailQuerySortOptions"] = new JsonArray([.. EmailSort.Properties.Select(property => (JsonNode)property)]),
                ["mayCreateTopLevelMailbox"] = true,
            },
            [Capabilities.Submission] = Submission(),
            [Capabilities.Outbox] = new JsonObject(),
            [Capabilities.Quota] = new JsonObject(),
            [Capabilities.Reading] = new JsonObject(),
            [Capabilities.Drafts] = new JsonObject { ["maxDrafts"] = DraftLimits.DraftsMax, ["maxSizeDraft"] = DraftLimits.ContentBytesMax },
            [Capabilities.Jobs] = new JsonObject { ["maxOpenJobs"] = JobLimits.OpenMax, ["maxEmailIds"] = JobLimits.IdsMax, ["maxMessages"] = JobLimits.MessagesMax },
            [Capabilities.ResumableUpload] = new JsonObject
            {
                ["url"] = origin + ResumableUploadEndpoints.Url(account.Id),
                ["maxSizeUpload"] = JmapLimits.ResumableBytesMax,
                ["maxSizePart"] = JmapLimits.UploadBytesMax,
            },
            [Capabilities.Contacts] = new JsonObject { ["maxAddressBooksPerCard"] = ContactLimits.AddressBooksPerCardMax, ["mayCreateAddressBook"] = true },
        },
    };

    /// <summary>The outbox holds messages itself, whatever the mail server can (RFC 4865 §3: seconds, and no last day).</summary>
    private static JsonObject Submission()
    {
        var seconds = (long)OutboxLimits.DelayMax.TotalSeconds;
        return new JsonObject
        {
            ["maxDelayedSend"] = seconds,
            ["submissionExtensions"] = new JsonObject { ["FUTURERELEASE"] = new JsonArray($"{seconds}", "9999-12-31T23:59:59Z") },
        };
    }
}
