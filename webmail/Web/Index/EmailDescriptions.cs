using System.Buffers;
using Webmail.Mail.Caching;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Jmap;

namespace Webmail.Web.Index;

/// <summary>Messages as a list shows them. What was described once at the account's state is not described again.</summary>
internal sealed class EmailDescriptions(MailIndex index, IndexReader reader, ReadCache cache)
{
    private const int OverheadBytes = 300;

    /// <summary>One choice.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="ids">Which, in the order wanted; what is not there is left out.</param>
    /// <param name="view">What is shown of each.</param>
    /// <param name="state">The account's state, if it has just been read; else it is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<DescribedEmails> ReadAsync(
        MailAccount account, IReadOnlyList<string> ids, EmailView view, long? state, CancellationToken cancellationToken)
    {
        var keys = MailIndex.Keys(ids);
        return account.Choices.ChooseAsync("index.descriptions", token => ReadAsync(account, keys, view, state, token), cancellationToken);
    }

    private async ValueTask<DescribedEmails> ReadAsync(MailAccount account, long[] keys, EmailView view, long? known, CancellationToken cancellationToken)
    {
        var state = known ?? await reader.StateAsync(account.Id, cancellationToken);
        var described = keys.ToDictionary(key => key, key => cache.Find<byte[]>(CacheKey(key)));
        long[] missing = [.. keys.Where(key => described[key] is null)];
        if (missing.Length > 0)
        {
            foreach (var email in await index.ReadAsync(account, state, missing, view.HasPreview, cancellationToken))
            {
                var json = view.Describe(email);
                if (!view.HasPreview || email.Preview is not null)
                {
                    cache.Put(CacheKey(email.Id.Key), json, json.Length + OverheadBytes);
                }

                described[email.Id.Key] = json;
            }
        }

        long[] found = [.. keys.Where(key => described[key] is not null)];
        return new DescribedEmails(state, [.. found.Select(EmailId.Text)], Join([.. found.Select(key => described[key]!)]));

        object CacheKey(long key) => (account.Id, state, key, view.Name);
    }

    private static RawJson Join(IReadOnlyList<byte[]> items)
    {
        var joined = new ArrayBufferWriter<byte>(items.Sum(item => item.Length + 1) + 2);
        joined.Write("["u8);
        for (var index = 0; index < items.Count; index++)
        {
            joined.Write(index == 0 ? ""u8 : ","u8);
            joined.Write(items[index]);
        }

        joined.Write("]"u8);
        return new RawJson(joined.WrittenMemory);
    }
}

/// <summary>What is shown of messages.</summary>
/// <param name="Name">The same for the same view only.</param>
/// <param name="HasPreview">Whether previews are in it, or what is found out with them.</param>
/// <param name="Describe">A message as JSON, from what the index knows.</param>
internal sealed record EmailView(string Name, bool HasPreview, Func<Email, byte[]> Describe);

/// <summary>The messages that are there.</summary>
/// <param name="List">A JSON array, in the order of the ids.</param>
internal sealed record DescribedEmails(long State, string[] Ids, RawJson List);
