namespace Webmail.Web.Index;

/// <summary>A filter in two parts, both of which a result satisfies.</summary>
/// <param name="Known">What the index can judge.</param>
/// <param name="Contents">What only the mail server can; at least one.</param>
internal sealed record SplitFilter(EmailFilter Known, IReadOnlyList<EmailCondition> Contents)
{
    /// <summary>Null if it is not about contents, or has them among alternatives.</summary>
    public static SplitFilter? Of(EmailFilter? filter)
    {
        var parts = filter is null ? [] : Conjuncts(filter).ToArray();
        EmailCondition[] contents = [.. parts.OfType<EmailCondition>().Where(one => one.Contents.Any())];
        EmailFilter[] known = [.. parts.Except(contents)];
        return contents.Length > 0 && known.All(one => !one.Contents.Any()) ? new SplitFilter(new EmailOperator("AND", known), contents) : null;
    }

    private static IEnumerable<EmailFilter> Conjuncts(EmailFilter filter) =>
        filter is EmailOperator { Operator: "AND" } all ? all.Conditions.SelectMany(Conjuncts) : [filter];
}
