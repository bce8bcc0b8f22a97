using System.Globalization;
using System.Text;

namespace Webmail.Web.Index;

/// <summary>A query as SQL over the index. Everything from outside is a parameter; $1 is the account.</summary>
/// <param name="account">Whose.</param>
/// <param name="content">Where the mail server has found the words of each condition on content, if there are any.</param>
internal sealed class EmailSql(string account, IReadOnlyDictionary<EmailCondition, ContentFinding>? content = null)
{
    public List<object> Parameters { get; } = [account];

    public string Where(EmailFilter? filter) => filter switch
    {
        null => "TRUE",
        EmailOperator { Conditions.Count: 0 } empty => empty.Operator == "OR" ? "FALSE" : "TRUE",
        EmailOperator { Operator: "NOT" } none => $"NOT ({string.Join(" OR ", none.Conditions.Select(Where))})",
        EmailOperator some => $"({string.Join($" {some.Operator} ", some.Conditions.Select(Where))})",
        EmailCondition condition => Condition(condition),
        _ => throw new InvalidOperationException($"There is no filter {filter}."),
    };

    public string Order(IReadOnlyList<EmailSort> sort)
    {
        var order = new StringBuilder();
        foreach (var one in sort)
        {
            order.Append(CultureInfo.InvariantCulture, $"{Key(one)} {(one.Ascending ? "ASC" : "DESC")}, ");
        }

        // Ids break ties, so that windows of the same results fit together; as the index for lists has them.
        return order.Append(sort[^1].Ascending ? "e.id ASC" : "e.id DESC").ToString();
    }

    public string Parameter(object value)
    {
        Parameters.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${Parameters.Count}");
    }

    private string Condition(EmailCondition condition) => condition.Name switch
    {
        "inMailbox" => $"e.mailbox = {Parameter(condition.Numbers[0])}",
        "inMailboxOtherThan" => $"e.mailbox <> ALL({Parameter(condition.Numbers)})",
        "before" => $"e.received < {Parameter(condition.Time.UtcDateTime)}",
        "after" => $"e.received >= {Parameter(condition.Time.UtcDateTime)}",
        "minSize" => $"e.size >= {Parameter(condition.Numbers[0])}",
        "maxSize" => $"e.size < {Parameter(condition.Numbers[0])}",
        "hasKeyword" => $"{Parameter(condition.Texts[0])} = ANY(e.keywords)",
        "notKeyword" => $"NOT {Parameter(condition.Texts[0])} = ANY(e.keywords)",
        "allInThreadHaveKeyword" => AllInThread(condition.Texts[0]),
        "someInThreadHaveKeyword" => SomeInThread(condition.Texts[0]),
        "noneInThreadHaveKeyword" => $"NOT {SomeInThread(condition.Texts[0])}",
        "hasAttachment" => condition.Flag ? "e.has_attachment" : "NOT e.has_attachment",
        "from" or "to" or "cc" or "bcc" or "subject" => Words($"e.{condition.Name}_text", condition.Texts),
        _ => Found(content![condition]),
    };

    private string Words(string column, string[] words) =>
        words.Length == 0 ? "TRUE" : $"({string.Join(" AND ", words.Select(word => $"strpos({column}, {Parameter(EmailText.Fold(word))}) > 0"))})";

    private string Found(ContentFinding finding) =>
        $"(e.mailbox, e.uid) IN (SELECT * FROM unnest({Parameter(finding.Mailboxes)}, {Parameter(finding.Uids)}))";

    private string AllInThread(string keyword) =>
        $"NOT EXISTS (SELECT FROM email x WHERE x.account = e.account AND x.thread = e.thread AND NOT {Parameter(keyword)} = ANY(x.keywords))";

    private string SomeInThread(string keyword) =>
        $"EXISTS (SELECT FROM email x WHERE x.account = e.account AND x.thread = e.thread AND {Parameter(keyword)} = ANY(x.keywords))";

    private string Key(EmailSort sort) => sort.Property switch
    {
        "receivedAt" => "e.received",
        "sentAt" => "e.sent",
        "size" => "e.size",
        "from" => "e.from_sort",
        "to" => "e.to_sort",
        "subject" => "e.subject_sort",
        "hasKeyword" => $"({Parameter(sort.Keyword!)} = ANY(e.keywords))",
        "allInThreadHaveKeyword" => AllInThread(sort.Keyword!),
        _ => SomeInThread(sort.Keyword!),
    };
}

/// <summary>Messages, each by its mailbox's key and its UID there.</summary>
internal sealed record ContentFinding(long[] Mailboxes, long[] Uids);
