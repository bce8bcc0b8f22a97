using Webmail.Mail.Availability;

namespace Webmail.Web.Status;

/// <summary>What people read of each service: what is wrong, what works nevertheless, and what happens next.</summary>
internal static class StatusText
{
    public static string Mail(ServerAvailability availability) => availability switch
    {
        ServerAvailability.Away =>
            "The mail server does not answer. Folders, lists and what was read lately are shown as they were, and drafts are saved here. "
            + "Other messages, and what changes mail, wait until it is back. Nothing of yours is lost.",
        ServerAvailability.Slow => "The mail server is slow. Everything works, but takes longer. Nothing of yours is lost.",
        _ => "Mail is read and written as usual.",
    };

    public static string Sending(WaitingMessages waiting) => waiting switch
    {
        { Count: 0 } => "Messages leave as usual.",
        { NeedSignIn: true } => $"{Messages(waiting)} until you sign in again; then sending goes on by itself. Nothing of yours is lost.",
        { Unanswered: true } =>
            $"The server that sends mail does not answer. {Messages(waiting)} in the outbox and sending is tried again by itself for 24 hours, also when you are signed out. "
            + "Nothing of yours is lost.",
        _ => $"The server that sends mail takes some messages later. {Messages(waiting)} in the outbox and sending is tried again by itself. Nothing of yours is lost.",
    };

    public static string Filters(ServerAvailability availability) => availability switch
    {
        ServerAvailability.Away => "The server that keeps filters does not answer. They go on sorting mail as they are, and can be looked at and changed when it is back.",
        ServerAvailability.Slow => "The server that keeps filters is slow. They go on sorting mail; looking at them and changing them takes longer.",
        _ => "Filters sort mail as usual.",
    };

    public static string Storage(ServerAvailability availability) => availability switch
    {
        ServerAvailability.Ok => "What you write is saved as usual.",
        _ => "Saving takes longer than usual. What is shown as saved is safe, and what you are writing stays in this browser until it is.",
    };

    private static string Messages(WaitingMessages waiting) => waiting.Count == 1 ? "One message waits" : $"{waiting.Count} messages wait";
}
