namespace Webmail.Web.Jobs;

/// <summary>The bounds of jobs.</summary>
internal static class JobLimits
{
    public const int KeyCharactersMax = 100;

    /// <summary>Of one account, not yet at their end.</summary>
    public const int OpenMax = 200;

    /// <summary>Messages that one job names by id.</summary>
    public const int IdsMax = 5000;

    /// <summary>Messages of one job.</summary>
    public const int MessagesMax = 1_000_000;

    /// <summary>Keywords that one job sets and clears.</summary>
    public const int KeywordsMax = 20;

    /// <summary>Mailboxes up to this size are selected from while the request waits; larger ones by the executor.</summary>
    public const int SelectedAtOnceMax = 50_000;

    /// <summary>Messages that all jobs of an account remember, so that they can be undone; beyond, the oldest forget.</summary>
    public const int RememberedMax = 3_000_000;

    /// <summary>Messages of one command to the mail server.</summary>
    public const int StepMax = 500;

    /// <summary>Steps until others have their turn.</summary>
    public const int StepsPerTurn = 20;

    /// <summary>Refusals of the mail server in a row after which a job has failed.</summary>
    public const int RefusalsMax = 3;

    /// <summary>Jobs that MailJob/get shows when no ids are given, the newest first.</summary>
    public const int ShownMax = 500;

    public const int FilterBytesMax = 16 * 1024;

    /// <summary>What has ended is remembered for so long, and can be undone.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
}
