using Microsoft.AspNetCore.Http;

namespace Splice.Hooks;

/// <summary>Reads what the application left of a request's body.</summary>
internal static class RequestBody
{
    // What Kestrel itself grants a client whose body nobody wants.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">The client is too slow.</exception>
    public static async ValueTask DrainAsync(HttpContext context)
    {
        if (context.Response.Headers.Connection == "close")
        {
            return;
        }

        using var timeout = new CancellationTokenSource(DrainTimeout);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(timeout.Token);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
