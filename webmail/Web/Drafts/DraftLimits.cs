namespace Webmail.Web.Drafts;

/// <summary>The bounds of drafts.</summary>
internal static class DraftLimits
{
    public const int KeyCharactersMax = 100;

    /// <summary>Of one account.</summary>
    public const int DraftsMax = 500;

    /// <summary>A version's texts, as JSON.</summary>
    public const int ContentBytesMax = 1024 * 1024;

    /// <summary>The texts of all drafts of an account, their history included.</summary>
    public const long TextBytesMax = 256L * 1024 * 1024;

    /// <summary>The attachments of all drafts of an account, each content once.</summary>
    public const long BlobBytesMax = 500L * 1024 * 1024;

    /// <summary>The attachments that one call brings.</summary>
    public const long NewBlobBytesMax = 150L * 1024 * 1024;

    /// <summary>Earlier versions that are kept of one draft; as many of those that lost a conflict.</summary>
    public const int HistoryMax = 20;

    /// <summary>Texts that one answer holds.</summary>
    public const long AnswerBytesMax = 8L * 1024 * 1024;

    /// <summary>Earlier versions are kept for so long, and what has gone is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Of the versions that follow each other faster, one is kept.</summary>
    public static readonly TimeSpan HistoryEvery = TimeSpan.FromSeconds(30);

    /// <summary>An attachment that no version names any longer is kept for so long: it may be named again.</summary>
    public static readonly TimeSpan BlobLifetime = TimeSpan.FromDays(1);

    /// <summary>The mail server gets a version so long after it was saved, unless another one is on the way already.</summary>
    public static readonly TimeSpan WriteAfter = TimeSpan.FromSeconds(5);

    /// <summary>More for each MiB of attachments, of which each version is written with all.</summary>
    public static readonly TimeSpan WriteAfterMebibyte = TimeSpan.FromSeconds(1);

    /// <summary>A writer that was taken for dead may still have written: all questions of its have ended then, and it is looked again.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(2);
}
