using MimeKit;

namespace Webmail.Mail.Messages;

/// <summary>Parses messages that anybody may have made, within limits: they are read through first, keeping nothing.</summary>
internal static class MessageParser
{
    public const int DepthMax = 50;
    public const int PartsMax = 2000;
    public const int HeadersMax = 20_000;

    private static readonly ParserOptions Limited = new() { MaxMimeDepth = DepthMax };

    /// <summary>Null if it is no message, or one beyond the limits.</summary>
    public static MimeMessage? TryParse(ReadOnlyMemory<byte> content)
    {
        var bytes = content.ToArray();
        try
        {
            new Counter(new MemoryStream(bytes, false)).ReadMessage();
            var message = new MimeParser(Limited, new MemoryStream(bytes, false), MimeFormat.Entity, true).ParseMessage();
            if (message.Headers.Count > 0)
            {
                return message;
            }

            message.Dispose();
            return null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A part costs a hundred times the bytes that begin it.</summary>
    private sealed class Counter(Stream stream) : MimeReader(Limited, stream, MimeFormat.Entity)
    {
        private int _headers;
        private int _parts;

        protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken) => Count(ref _headers, HeadersMax);

        protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
            Count(ref _parts, PartsMax);

        protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
            Count(ref _parts, PartsMax);

        protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
            Count(ref _parts, PartsMax);

        private static void Count(ref int count, int max)
        {
            if (++count > max)
            {
                throw new FormatException($"More than {max} of one kind.");
            }
        }
    }
}
