namespace Webmail.Mail.Connections;

/// <summary>A signed-in connection that is kept for the next question.</summary>
internal interface IKeptConnection : IDisposable
{
    DateTimeOffset SignedInAt { get; set; }

    DateTimeOffset IdleSince { get; set; }

    /// <summary>Ends it when nobody has asked for a while.</summary>
    void LogOut();
}
