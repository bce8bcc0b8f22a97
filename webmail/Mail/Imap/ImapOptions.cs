namespace Webmail.Mail.Imap;

/// <summary>The IMAP server and the bounds of our connections to it.</summary>
public sealed record ImapOptions(MailServerOptions Server)
{
    /// <summary>Per account and process; a request beyond waits for its turn.</summary>
    public int ConnectionsPerAccountMax { get; init; } = 6;

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>For one socket operation.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For one question with all its round trips, connecting included.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
