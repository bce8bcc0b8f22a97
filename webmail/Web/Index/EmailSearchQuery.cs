using MailKit.Search;
using Webmail.Mail.Messages;

namespace Webmail.Web.Index;

/// <summary>A filter as IMAP SEARCH (RFC 3501 §6.4.4), for what only the mail server knows.</summary>
internal static class EmailSearchQuery
{
    /// <summary>Null if IMAP has no words for it. What is about mailboxes is left out: one of them is searched.</summary>
    public static SearchQuery? Of(EmailFilter? filter) => filter switch
    {
        null => SearchQuery.All,
        EmailOperator { Operator: "AND" } all => Join(all.Conditions, (left, right) => left.And(right), SearchQuery.All),
        EmailOperator { Operator: "OR" } any => any.Conditions.Count == 0 ? null : Join(any.Conditions, (left, right) => left.Or(right), null),
        EmailOperator none => Join([.. none.Conditions], (left, right) => left.Or(right), null) is { } some ? SearchQuery.Not(some) : null,
        EmailCondition condition => Of(condition),
        _ => null,
    };

    public static SearchQuery? Of(EmailCondition condition) => condition.Name switch
    {
        "inMailbox" => SearchQuery.All,
        // IMAP compares days in the server's zone; the index knows the instant.
        "minSize" => SearchQuery.LargerThan((int)Math.Clamp(condition.Numbers[0] - 1, 0, int.MaxValue)),
        "maxSize" => SearchQuery.SmallerThan((int)Math.Clamp(condition.Numbers[0], 0, int.MaxValue)),
        "hasKeyword" => Flag(condition.Texts[0], true),
        "notKeyword" => Flag(condition.Texts[0], false),
        "text" => Words(condition, SearchQuery.MessageContains),
        "body" => Words(condition, SearchQuery.BodyContains),
        "from" => Words(condition, SearchQuery.FromContains),
        "to" => Words(condition, SearchQuery.ToContains),
        "cc" => Words(condition, SearchQuery.CcContains),
        "bcc" => Words(condition, SearchQuery.BccContains),
        "subject" => Words(condition, SearchQuery.SubjectContains),
        "header" => SearchQuery.HeaderContains(condition.Texts[0], condition.Texts is [_, var value] ? value : ""),
        _ => null,
    };

    private static SearchQuery? Join(IReadOnlyList<EmailFilter> conditions, Func<SearchQuery, SearchQuery, SearchQuery> join, SearchQuery? none)
    {
        SearchQuery? joined = null;
        foreach (var condition in conditions)
        {
            if (Of(condition) is not { } query)
            {
                return null;
            }

            joined = joined is null ? query : join(joined, query);
        }

        return joined ?? none;
    }

    private static SearchQuery Words(EmailCondition condition, Func<string, SearchQuery> contains) =>
        condition.Texts.Select(contains).Aggregate((SearchQuery)SearchQuery.All, (all, one) => all == SearchQuery.All ? one : all.And(one));

    private static SearchQuery Flag(string keyword, bool set)
    {
        var (flags, others) = Keywords.ToImap([keyword]);
        return others.Count > 0
            ? set ? SearchQuery.HasKeyword(keyword) : SearchQuery.NotKeyword(keyword)
            : set ? SearchQuery.HasFlags(flags) : SearchQuery.NotFlags(flags);
    }
}
