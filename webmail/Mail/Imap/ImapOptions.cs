namespace Webmail.Mail.Imap;

/// <summary>The bounds of our connections to IMAP servers.</summary>
public sealed record ImapOptions
{
    /// <summary>Per account and process, unless the domain says otherwise; a request beyond waits for its turn.</summary>
    public int ConnectionsPerAccountMax { get; init; } = 6;

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For one socket operation.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For one question with all its round trips, connecting included.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
