using MimeKit;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>Makes the message of one version of a draft.</summary>
internal static class DraftMessage
{
    /// <summary>The mark stands first, so that the rest is the message as it is without it.</summary>
    public static async Task<MimeMessage> ComposeAsync(DraftMark mark, NewEmail email, CancellationToken cancellationToken)
    {
        var id = mark.MessageId();
        var body = await new PartComposer(id, (_, _) => throw new InvalidOperationException("A draft has its attachments with it.")).ComposeAsync(email.Body, cancellationToken);
        var message = MessageComposer.Compose(id, email, body);
        using var rest = new MemoryStream();
        await message.WriteToAsync(LineEnds.Crlf, rest, cancellationToken);
        message.Headers.Insert(0, new Header(DraftMark.Field, mark.ValueFor(rest.GetBuffer().AsSpan(0, (int)rest.Length))));
        return message;
    }
}
