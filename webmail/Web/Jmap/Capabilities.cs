namespace Webmail.Web.Jmap;

/// <summary>What a request may say it uses.</summary>
internal static class Capabilities
{
    public const string Core = "urn:ietf:params:jmap:core";
    public const string Mail = "urn:ietf:params:jmap:mail";
    public const string Submission = "urn:ietf:params:jmap:submission";
    public const string Contacts = "urn:ietf:params:jmap:contacts";

    public static bool Knows(string capability) => capability is Core or Mail or Submission or Contacts;
}
