using System.Text;
using MimeKit.Cryptography;
using Webmail.Mail.Headers;

namespace Webmail.Mail.Authentication;

/// <summary>
/// What a mail server of ours found out when it took the message. Anybody can write such a field into a mail, so that only those are read
/// whose server is on the administrator's list, and only the topmost of them: what lies below came with the message.
/// </summary>
public sealed class AuthenticationReader(IReadOnlyList<string> trustedServers)
{
    private const string Field = "Authentication-Results";
    private const int VerdictsMax = 30;
    private const int ReasonCharactersMax = 300;

    /// <summary>Null if nobody trusted has said anything.</summary>
    public AuthenticationVerdict[]? Read(IEnumerable<HeaderField> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (trustedServers.Count == 0)
        {
            return null;
        }

        foreach (var field in headers.Where(field => field.Name.Equals(Field, StringComparison.OrdinalIgnoreCase)))
        {
            if (AuthenticationResults.TryParse(Encoding.UTF8.GetBytes(field.Raw), out var results)
                && trustedServers.Contains(results.AuthenticationServiceIdentifier, StringComparer.OrdinalIgnoreCase))
            {
                return [.. results.Results.Select(Verdict).OfType<AuthenticationVerdict>().Take(VerdictsMax)];
            }
        }

        return null;
    }

    private static AuthenticationVerdict? Verdict(AuthenticationMethodResult result)
    {
        var method = result.Method?.ToLowerInvariant();
        return method is "spf" or "dkim" or "dmarc" or "arc"
            ? new AuthenticationVerdict(method, (result.Result ?? "none").ToLowerInvariant(), Shown(result.Reason ?? result.ResultComment), DomainOf(method, result))
            : null;
    }

    private static string? DomainOf(string method, AuthenticationMethodResult result)
    {
        string[] names = method switch { "spf" => ["mailfrom", "helo"], "dkim" => ["d", "i"], "dmarc" => ["from"], _ => [] };
        var value = names.Select(name => result.Properties.FirstOrDefault(property => property.Property.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value)
            .FirstOrDefault(value => value is not null);
        return Shown(value?[(value.LastIndexOf('@') + 1)..].ToLowerInvariant());
    }

    private static string? Shown(string? text)
    {
        var shown = string.Concat((text ?? "").Where(character => !char.IsControl(character)).Take(ReasonCharactersMax)).Trim();
        return shown.Length > 0 ? shown : null;
    }
}
