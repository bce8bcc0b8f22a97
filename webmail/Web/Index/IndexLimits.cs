namespace Webmail.Web.Index;

/// <summary>The bounds of the index.</summary>
internal static class IndexLimits
{
    /// <summary>Messages read of a mailbox nobody has opened yet, before the first answer; the others follow in the background.</summary>
    public const int NewestFirst = 200;

    /// <summary>Conversations are counted in mailboxes up to this many messages; in larger ones messages stand for them.</summary>
    public const int ThreadsCountedMax = 20_000;

    /// <summary>For so long Foo/changes can tell what has gone, and a message that comes back is known again.</summary>
    public static TimeSpan VanishedLifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>How old rights may be: asking costs a round trip for each mailbox, and they hardly change.</summary>
    public static TimeSpan RightsLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>How old flags may be that a server cannot say the changes of.</summary>
    public static TimeSpan FlagsLifetime { get; } = TimeSpan.FromSeconds(30);
}
