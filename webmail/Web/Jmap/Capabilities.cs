namespace Webmail.Web.Jmap;

/// <summary>What a request may say it uses.</summary>
internal static class Capabilities
{
    public const string Core = "urn:ietf:params:jmap:core";
    public const string Mail = "urn:ietf:params:jmap:mail";
    public const string Submission = "urn:ietf:params:jmap:submission";
    /// <summary>Ours: where files are uploaded in parts (tus 1.0.0), and how large they may be.</summary>
    public const string ResumableUpload = "urn:x-splice-webmail:params:jmap:resumableupload";

    public const string Quota = "urn:ietf:params:jmap:quota";

    public static bool Knows(string capability) => capability is Core or Mail or Submission or Quota or ResumableUpload;
}
