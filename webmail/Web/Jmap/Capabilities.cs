namespace Webmail.Web.Jmap;

/// <summary>What a request may say it uses.</summary>
internal static class Capabilities
{
    public const string Core = "urn:ietf:params:jmap:core";
    public const string Mail = "urn:ietf:params:jmap:mail";
    public const string Submission = "urn:ietf:params:jmap:submission";
    public const string VacationResponse = "urn:ietf:params:jmap:vacationresponse";
    public const string Sieve = "urn:ietf:params:jmap:sieve";
    public const string Contacts = "urn:ietf:params:jmap:contacts";
    public const string Quota = "urn:ietf:params:jmap:quota";

    /// <summary>Ours: where files are uploaded in parts (tus 1.0.0), and how large they may be.</summary>
    public const string ResumableUpload = "urn:x-splice-webmail:params:jmap:resumableupload";

    /// <summary>Ours: properties of EmailSubmission that say where it is, and settle what is uncertain.</summary>
    public const string Outbox = "urn:x-splice-webmail:params:jmap:outbox";

    /// <summary>Ours: properties of messages that say what to think of them (README).</summary>
    public const string Reading = "urn:x-splice-webmail:params:jmap:reading";

    /// <summary>Ours: drafts that are saved as they are written, with versions (README).</summary>
    public const string Drafts = "urn:x-splice-webmail:params:jmap:drafts";

    /// <summary>Ours: changes of many messages that go on by themselves (README).</summary>
    public const string Jobs = "urn:x-splice-webmail:params:jmap:jobs";

    /// <summary>
    /// Also those that only some accounts have, such as <see cref="Sieve"/>: their methods say so to the others (RFC 8620 §3.6.2).
    /// </summary>
    public static bool Knows(string capability) =>
        capability is Core or Mail or Submission or Contacts or Quota or ResumableUpload or Outbox or Reading or Drafts or Jobs or VacationResponse or Sieve;
}
