using Webmail.Mail.Authentication;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Webmail.Web.Reading;

/// <summary>Whether images from elsewhere are loaded, which tells their server when and where a message is read.</summary>
/// <param name="IsLoaded">Whether they are.</param>
/// <param name="Reason">
/// Why they are not: <c>notTrusted</c>: the sender is not on the list; <c>notVerified</c>: it is, and no trusted server has said whether it is the
/// sender; <c>notAuthentic</c>: it is on the list, and a trusted server does not say that it is the sender. Null if they are.
/// </param>
internal sealed record RemoteContent(bool IsLoaded, string? Reason)
{
    public const string NotVerified = "notVerified";
    public const string NotAuthentic = "notAuthentic";

    public static RemoteContent Loaded { get; } = new(true, null);

    public static RemoteContent NotTrusted { get; } = new(false, "notTrusted");

    /// <summary>Of one sender only: with several, it would not be said who is meant.</summary>
    public static bool IsTrusted(EmailEnvelope email, IReadOnlyCollection<string> senders) =>
        email.From is [var from] && TrustedSender.Includes(senders, from.Email);

    public static RemoteContent Of(EmailEnvelope email, IEnumerable<HeaderField> headers, IReadOnlyCollection<string> senders, AuthenticationReader authentication) =>
        !IsTrusted(email, senders) ? NotTrusted : SenderAuthentication.IsAuthentic(email, authentication.Read(headers)) switch
        {
            true => Loaded,
            false => new RemoteContent(false, NotAuthentic),
            null => new RemoteContent(false, NotVerified),
        };
}
