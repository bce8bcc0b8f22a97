namespace Webmail.Web.Outbox;

/// <summary>What people read of a submission that nobody can be sure about.</summary>
internal static class UncertainText
{
    public const string OwnerDied =
        "The server that was sending this message stopped before the mail server confirmed it. It may have been sent.";

    public const string Unknown = "The mail server did not confirm this message. Most likely it was sent.";
}
