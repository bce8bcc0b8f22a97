using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What a patch object (RFC 8620 §5.3) changes about a message: its keywords and its one mailbox.</summary>
/// <param name="Keywords">All keywords anew; null to keep them.</param>
/// <param name="Set">Keywords to add.</param>
/// <param name="Clear">Keywords to remove.</param>
/// <param name="Target">The key of the mailbox where the message is to lie.</param>
internal sealed record EmailPatch(IReadOnlyList<string>? Keywords, IReadOnlyList<string> Set, IReadOnlyList<string> Clear, long Target)
{
    private const string KeywordPrefix = "keywords/";
    private const string MailboxPrefix = "mailboxIds/";

    public static EmailPatch Read(JsonNode? patch, long current)
    {
        List<string> set = [], clear = [];
        IReadOnlyList<string>? keywords = null;
        HashSet<long> mailboxes = [current];
        foreach (var (path, value) in patch as JsonObject ?? throw new SetException("invalidPatch", "A patch is an object."))
        {
            if (path == "keywords")
            {
                keywords = KeywordsOf(value, path);
            }
            else if (path.StartsWith(KeywordPrefix, StringComparison.Ordinal))
            {
                (IsOn(value, path) ? set : clear).Add(Keyword(path[KeywordPrefix.Length..], path));
            }
            else if (path == "mailboxIds")
            {
                mailboxes = [.. MailboxesOf(value, path)];
            }
            else if (path.StartsWith(MailboxPrefix, StringComparison.Ordinal))
            {
                _ = IsOn(value, path)
                    ? mailboxes.Add(Mailbox(path[MailboxPrefix.Length..], path))
                    : mailboxes.Remove(Mailbox(path[MailboxPrefix.Length..], path));
            }
            else
            {
                throw new SetException("invalidProperties", $"{path} of a message cannot be changed.", path);
            }
        }

        return mailboxes.Count switch
        {
            0 => throw new SetException("invalidProperties", "A message must lie in a mailbox; to remove it, destroy it.", "mailboxIds"),
            > 1 => throw new SetException("tooManyMailboxes", "A message lies in one mailbox here; name the old one with null.", "mailboxIds"),
            _ => new EmailPatch(keywords, set, clear, mailboxes.Single()),
        };
    }

    public static IReadOnlyList<string> KeywordsOf(JsonNode? value, string path) =>
        [.. Entries(value, path).Where(entry => IsOn(entry.Value, path)).Select(entry => Keyword(entry.Key, path))];

    public static IReadOnlyList<long> MailboxesOf(JsonNode? value, string path) =>
        [.. Entries(value, path).Where(entry => IsOn(entry.Value, path)).Select(entry => Mailbox(entry.Key, path))];

    private static JsonObject Entries(JsonNode? value, string path) =>
        value as JsonObject ?? throw new SetException("invalidProperties", $"{path} must be an object.", path);

    private static bool IsOn(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        null => false,
        JsonValueKind.True => true,
        _ => throw new SetException("invalidProperties", $"{path} must be true or null.", path),
    };

    private static string Keyword(string keyword, string path) =>
        Mail.Messages.Keywords.IsValid(keyword) ? keyword : throw new SetException("invalidProperties", $"{keyword} is no keyword.", path);

    private static long Mailbox(string id, string path) =>
        MailboxId.TryKey(id, out var key) ? key : throw new SetException("invalidProperties", $"There is no mailbox {id}.", path);
}
