using System.Text;
using MimeKit;
using MimeKit.Utils;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Headers;

/// <summary>Reads the values of header fields: whatever was sent has a value or none, and nothing throws.</summary>
public static class HeaderValue
{
    private const int ItemsMax = 1000;

    private static readonly ParserOptions Lenient = new() { AllowAddressesWithoutDomain = true, AddressParserComplianceMode = RfcComplianceMode.Loose };

    public static string Text(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var text = Rfc2047.DecodeText(Lenient, Encoding.UTF8.GetBytes(Header.Unfold(raw)));
        return WithoutControls(text.Replace('\t', ' ')).Trim();
    }

    /// <summary>The mailboxes, those of groups too. Empty if there are none.</summary>
    public static EmailAddress[] Addresses(string raw) => [.. Grouped(raw).SelectMany(group => group.Addresses)];

    /// <summary>Mailboxes outside of groups are in groups without a name.</summary>
    public static AddressGroup[] Grouped(string raw)
    {
        var groups = new List<AddressGroup>();
        if (!InternetAddressList.TryParse(Lenient, raw, out var list))
        {
            return [];
        }

        foreach (var address in list.Take(ItemsMax))
        {
            if (address is GroupAddress group)
            {
                groups.Add(new AddressGroup(WithoutControls(group.Name ?? ""), [.. group.Members.Mailboxes.Take(ItemsMax).Select(Described)]));
            }
            else if (address is MailboxAddress mailbox)
            {
                if (groups is not [.., { Name: null } last])
                {
                    groups.Add(last = new AddressGroup(null, []));
                }

                groups[^1] = last with { Addresses = [.. last.Addresses, Described(mailbox)] };
            }
        }

        return [.. groups];
    }

    /// <summary>Without angle brackets; null if there is none.</summary>
    public static string[]? MessageIds(string raw) =>
        MimeUtils.EnumerateReferences(raw).Take(ItemsMax).Select(WithoutControls).ToArray() is { Length: > 0 } ids ? ids : null;

    public static DateTimeOffset? Date(string raw) => DateUtils.TryParse(raw.Trim(), out var date) ? date : null;

    /// <summary>What stands between angle brackets (RFC 2369 §2); null if nothing does.</summary>
    public static string[]? Urls(string raw)
    {
        var urls = new List<string>();
        var text = string.Concat(raw.Where(character => !char.IsWhiteSpace(character) && !char.IsControl(character)));
        for (int start = text.IndexOf('<', StringComparison.Ordinal), end; start >= 0 && urls.Count < ItemsMax; start = text.IndexOf('<', end))
        {
            end = text.IndexOf('>', start);
            if (end < 0)
            {
                break;
            }

            urls.Add(text[(start + 1)..end]);
        }

        return urls.Count > 0 ? [.. urls] : null;
    }

    private static EmailAddress Described(MailboxAddress mailbox) => new(
        mailbox.Name is { Length: > 0 } name ? WithoutControls(name) : null, WithoutControls(mailbox.Address));

    private static string WithoutControls(string text) => text.Any(char.IsControl) ? string.Concat(text.Where(character => !char.IsControl(character))) : text;
}

/// <summary>A group of mailboxes in a header (RFC 5322 §3.4).</summary>
/// <param name="Name">Decoded; null for mailboxes that stand outside of groups.</param>
/// <param name="Addresses">Its mailboxes, in their order.</param>
public sealed record AddressGroup(string? Name, EmailAddress[] Addresses);
