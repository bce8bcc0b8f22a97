using MimeKit;
using MimeKit.IO;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>A message's size as the mail server counts it (RFC822.SIZE): with the line ends it is sent with.</summary>
internal static class MessageSize
{
    public static async Task<long> OfAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var measure = new MeasuringStream();
        await message.WriteToAsync(LineEnds.Crlf, measure, cancellationToken);
        return measure.Length;
    }
}
