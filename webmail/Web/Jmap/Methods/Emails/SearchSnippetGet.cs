using System.Text.Json.Nodes;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Shows where messages have the words that were searched (RFC 8621 §5.1).</summary>
internal sealed class SearchSnippetGet(MailIndex index, EmailReader emails, BodyReader bodies) : IJmapMethod
{
    /// <summary>The text of each is read.</summary>
    private const int EmailsMax = 100;

    private const int SubjectBytesMax = 10_000;

    /// <summary>Each is looked for in each message.</summary>
    private const int WordsMax = 50;

    private const int TextCharactersMax = 256 * 1024;

    /// <summary>RFC 8621 §5.</summary>
    private const int PreviewBytesMax = 255;

    public string Name => "SearchSnippet/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = call.Texts("emailIds")?.Select(call.Resolve).Distinct().ToArray() ?? throw new MethodException("invalidArguments", "emailIds must be given.");
        if (ids.Length > EmailsMax)
        {
            throw new MethodException("requestTooLarge", $"At most {EmailsMax} snippets at once.");
        }

        var filter = EmailFilter.Read(call.Object("filter"));
        var (inSubject, inBody) = (Words(filter, "subject").Take(WordsMax).ToArray(), Words(filter, "body").Take(WordsMax).ToArray());
        var found = (await index.EmailsAsync(account, ids, false, call.Cancelled)).Emails;
        var read = await emails.ReadAsync(account, found, inBody.Length > 0 ? EmailDetail.Body : EmailDetail.None, call.Cancelled);
        var byId = read.ToDictionary(email => email.Id.ToString(), StringComparer.Ordinal);
        var (list, notFound) = (new JsonArray(), new JsonArray());
        foreach (var id in ids)
        {
            if (!byId.TryGetValue(id, out var email))
            {
                notFound.Add(id);
                continue;
            }

            list.Add(new JsonObject
            {
                ["emailId"] = id,
                ["subject"] = SnippetText.Mark(email.Envelope.Subject, inSubject, SubjectBytesMax, fromMatch: false),
                ["preview"] = inBody.Length > 0 ? await PreviewAsync(account, email, inBody, call.Cancelled) : null,
            });
        }

        return new JsonObject { ["accountId"] = account.Id, ["list"] = list, ["notFound"] = notFound.Count > 0 ? notFound : null };
    }

    /// <summary>From the first of the texts that has one of the words.</summary>
    private async Task<string?> PreviewAsync(MailAccount account, Email email, string[] words, CancellationToken cancellationToken)
    {
        foreach (var part in email.Body.Text.Where(part => part.Type is "text/plain" or "text/html"))
        {
            var text = (await bodies.ReadAsync(account, part, cancellationToken)).Value;
            var plain = part.Type == "text/html" ? HtmlText.Of(text) : text;
            plain = plain[..Math.Min(plain.Length, TextCharactersMax)];
            var line = string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (SnippetText.Mark(line, words, PreviewBytesMax, fromMatch: true) is { } marked)
            {
                return marked;
            }
        }

        return null;
    }

    /// <summary>What the filter looks for there; what it looks to be missing is not shown.</summary>
    private static IEnumerable<string> Words(EmailFilter? filter, string where) => filter switch
    {
        EmailOperator { Operator: not "NOT" } some => some.Conditions.SelectMany(one => Words(one, where)).Distinct(),
        EmailCondition condition when condition.Name == where || condition.Name == "text" => condition.Texts,
        _ => [],
    };
}
