using Microsoft.AspNetCore.Http;

namespace Splice.Hooks;

/// <summary>Answers that can continue from the middle.</summary>
public static class SpliceResponseExtensions
{
    /// <summary>Sends a body of known length that a replay may continue from its last checkpoint.</summary>
    /// <param name="response">The response; set status and headers first, all of them from journaled values. Its
    /// Content-Length is set here.</param>
    /// <param name="lengthBytes">The length of the whole body.</param>
    /// <param name="send">Writes the body from the given position to its end.</param>
    /// <param name="cancellationToken">Cancels the sending.</param>
    public static Task SendResumableAsync(
        this HttpResponse response,
        long lengthBytes,
        Func<BodyPosition, IBodyWriter, CancellationToken, Task> send,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(send);
        response.ContentLength = lengthBytes;
        return send(default, new PlainBodyWriter(response.Body), cancellationToken);
    }
}
