namespace Webmail.Web.Outbox;

/// <summary>The bounds of the outbox.</summary>
internal static class OutboxLimits
{
    public const int RecipientsMax = 500;
    public const int KeyCharactersMax = 100;

    /// <summary>Of one message, and of all messages of one call.</summary>
    public const long MessageBytesMax = 150L * 1024 * 1024;

    /// <summary>Of one account, not yet done with.</summary>
    public const int PendingMax = 200;
    public const long PendingBytesMax = 500L * 1024 * 1024;

    /// <summary>Submissions of one account that a query looks at, the newest first.</summary>
    public const int QueriedMax = 5000;

    /// <summary>How far ahead something can be sent.</summary>
    public static readonly TimeSpan DelayMax = TimeSpan.FromDays(90);

    /// <summary>What is done is remembered for so long, and so are the changes; the identifiers of repeated submissions, too.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>A message the mail server has not taken for so long after its time goes back to the drafts.</summary>
    public static readonly TimeSpan TriedFor = TimeSpan.FromHours(24);

    /// <summary>A copy that cannot be filed, or put back, for so long after its time stays in the outbox, and the problem is said.</summary>
    public static readonly TimeSpan FiledFor = TimeSpan.FromDays(7);

    /// <summary>The request that made a submission puts the draft where its client wants it; after this it is taken for dead.</summary>
    public static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(60);
}
