namespace Webmail.Web.Jmap;

/// <summary>What a request may say it uses.</summary>
/// <param name="hasSieve">A ManageSieve server is configured.</param>
internal sealed class Capabilities(bool hasSieve)
{
    public const string Core = "urn:ietf:params:jmap:core";
    public const string Mail = "urn:ietf:params:jmap:mail";
    public const string Submission = "urn:ietf:params:jmap:submission";
    public const string VacationResponse = "urn:ietf:params:jmap:vacationresponse";
    public const string Sieve = "urn:ietf:params:jmap:sieve";

    public bool Knows(string capability) => capability is Core or Mail or Submission || (hasSieve && capability is VacationResponse or Sieve);
}
