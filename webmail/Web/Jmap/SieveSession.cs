using System.Text.Json.Nodes;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Web.Jmap;

/// <summary>Adds to the session object what the Sieve server says of itself (RFC 9661 §1.2, RFC 8621 §1.3.3).</summary>
internal sealed class SieveSession(ScriptReader scripts)
{
    public async Task DescribeAsync(MailAccount account, JsonObject session, CancellationToken cancellationToken)
    {
        SieveCapabilities server;
        try
        {
            server = await scripts.CapabilitiesAsync(account, cancellationToken);
        }
        catch (Exception failure) when (failure is MailUnsupportedException or MailUnavailableException or MailCommandException)
        {
            // The domain may have none. Mail is read and written without it; whoever wants filters meanwhile is told by their methods why there are none.
            return;
        }

        Add(session, account.Id, Capabilities.Sieve, new JsonObject { ["implementation"] = server.Implementation }, Account(server));
        if (server.Has("vacation"))
        {
            Add(session, account.Id, Capabilities.VacationResponse, [], []);
        }
    }

    private static void Add(JsonObject session, string accountId, string capability, JsonObject value, JsonObject accountValue)
    {
        session["capabilities"]![capability] = value;
        session["accounts"]![accountId]!["accountCapabilities"]![capability] = accountValue;
        session["primaryAccounts"]![capability] = accountId;
    }

    private static JsonObject Account(SieveCapabilities server) => new()
    {
        ["maxSizeScriptName"] = SieveLimits.NameBytesMax,
        ["maxSizeScript"] = SieveLimits.ScriptBytesMax,
        // The server does not say; it refuses the one that is too many.
        ["maxNumberScripts"] = null,
        ["maxNumberRedirects"] = server.RedirectsMax,
        ["sieveExtensions"] = Texts(server.Extensions),
        ["notificationMethods"] = server.NotificationMethods is { } methods ? Texts(methods) : null,
        ["externalLists"] = server.ExternalLists is { } lists ? Texts(lists) : null,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
