using System.Globalization;
using System.Text.Json.Nodes;

namespace Webmail.Web.Push;

/// <summary>The states of everything an account has that changes by itself; written out it is the id of an event.</summary>
internal sealed record PushStates(long Mail, long Submissions, long AddressBooks, long Cards, long Drafts, long Jobs)
{
    /// <summary>Nothing any client has seen: everything differs from it.</summary>
    public static readonly PushStates Unknown = new(-1, -1, -1, -1, -1, -1);

    private static readonly (string Type, Func<PushStates, long> State)[] All =
    [
        ("Mailbox", states => states.Mail),
        ("Email", states => states.Mail),
        ("Thread", states => states.Mail),
        ("EmailSubmission", states => states.Submissions),
        ("AddressBook", states => states.AddressBooks),
        ("ContactCard", states => states.Cards),
        ("Draft", states => states.Drafts),
        ("MailJob", states => states.Jobs),
    ];

    public static IEnumerable<string> Types => All.Select(one => one.Type);

    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Mail}-{Submissions}-{AddressBooks}-{Cards}-{Drafts}-{Jobs}");

    /// <summary><see cref="Unknown"/> if it is no id of ours.</summary>
    public static PushStates Parse(string id)
    {
        var states = id.Length > PushLimits.LastEventIdCharactersMax
            ? []
            : id.Split('-').Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var state) ? state : -1).ToArray();
        return states is [>= 0 and var mail, >= 0 and var submissions, >= 0 and var addressBooks, >= 0 and var cards, >= 0 and var drafts, >= 0 and var jobs]
            ? new PushStates(mail, submissions, addressBooks, cards, drafts, jobs)
            : Unknown;
    }

    /// <summary>The TypeState (RFC 8620 §7.1) of what is not as it was then; empty if nothing is.</summary>
    public JsonObject Since(PushStates before, IReadOnlySet<string> types)
    {
        var changed = new JsonObject();
        foreach (var (type, state) in All.Where(one => types.Contains(one.Type) && one.State(this) != one.State(before)))
        {
            changed[type] = state(this).ToString(CultureInfo.InvariantCulture);
        }

        return changed;
    }
}
