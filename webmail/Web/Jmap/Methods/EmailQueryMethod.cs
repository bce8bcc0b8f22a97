using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The window of a mailbox, or of a search in it. Searching all mailboxes at once is not offered yet.</summary>
internal sealed class EmailQueryMethod(EmailSearch search) : IJmapMethod
{
    private const int LimitDefault = 50;

    private static readonly Dictionary<string, EmailOrder> Orders = new()
    {
        ["receivedAt"] = EmailOrder.ReceivedAt,
        ["sentAt"] = EmailOrder.SentAt,
        ["from"] = EmailOrder.From,
        ["subject"] = EmailOrder.Subject,
        ["size"] = EmailOrder.Size,
    };

    public string Name => "Email/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var query = Read(call);
        var found = await search.FindAsync(account, query, call.Cancelled);
        var answer = new JsonObject
        {
            ["accountId"] = account.Id,
            ["queryState"] = string.Create(CultureInfo.InvariantCulture, $"{found.Validity}-{found.Modified}-{found.Total}"),
            ["canCalculateChanges"] = false,
            ["position"] = found.Position,
            ["ids"] = new JsonArray([.. found.Uids.Select(uid => (JsonNode)new EmailId(query.Mailbox, found.Validity, uid).ToString())]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = found.Total;
        }

        return answer;
    }

    private static EmailQuery Read(JmapCall call)
    {
        var filter = call.Object("filter") ?? [];
        var mailbox = new MailboxId("INBOX");
        string? text = null, has = null, not = null;
        foreach (var (key, value) in filter)
        {
            var argument = JmapCall.AsText(value) ?? throw new MethodException("unsupportedFilter", $"Filter {key} needs a text.");
            switch (key)
            {
                case "inMailbox":
                    mailbox = JmapCall.MailboxOf(argument)
                        ?? throw new MethodException("invalidArguments", $"There is no mailbox {argument}.");
                    break;
                case "text":
                    text = argument;
                    break;
                case "hasKeyword" when Keywords.IsValid(argument):
                    has = argument;
                    break;
                case "notKeyword" when Keywords.IsValid(argument):
                    not = argument;
                    break;
                default:
                    throw new MethodException("unsupportedFilter", $"Messages cannot be filtered by {key} = {argument}.");
            }
        }

        var (order, ascending) = ReadOrder(call);
        var limit = call.Number("limit") ?? LimitDefault;
        return limit < 0
            ? throw new MethodException("invalidArguments", "limit must not be negative.")
            : new EmailQuery(mailbox, text, has, not, order, ascending, call.Number("position") ?? 0, limit);
    }

    // Further comparators only break ties; the server's own order does that here.
    private static (EmailOrder Order, bool Ascending) ReadOrder(JmapCall call)
    {
        if (call.Array("sort") is not { Count: > 0 } sort)
        {
            return (EmailOrder.ReceivedAt, false);
        }

        if (sort[0] is not JsonObject comparator || JmapCall.AsText(comparator["property"]) is not { } property
            || !Orders.TryGetValue(property, out var order))
        {
            throw new MethodException("unsupportedSort", $"Messages can be sorted by {string.Join(", ", Orders.Keys)}.");
        }

        var ascending = comparator["isAscending"] is not JsonValue value || !value.TryGetValue<bool>(out var given) || given;
        return (order, ascending);
    }
}
