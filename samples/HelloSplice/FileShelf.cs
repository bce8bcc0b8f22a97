using Splice.Hooks;

namespace HelloSplice;

/// <summary>
/// Files that every backend can read and nobody changes. The state of a checkpoint is empty: where the body stands says all.
/// </summary>
internal sealed class FileShelf(string folder)
{
    public async Task SendAsync(string name, HttpContext context)
    {
        var path = Path.Combine(folder, Path.GetFileName(name));
        if (!File.Exists(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync($"there is no file '{name}'\n", context.RequestAborted);
            return;
        }

        using var file = File.OpenHandle(path);
        context.Response.ContentType = "application/octet-stream";
        await context.Response.SendResumableAsync(RandomAccess.GetLength(file), async (position, body, cancellationToken) =>
        {
            var at = position.OffsetBytes;
            while (await body.WriteFromAsync((memory, token) => RandomAccess.ReadAsync(file, memory, at, token), cancellationToken) is > 0 and var count)
            {
                await body.CheckpointAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
                at += count;
            }
        }, context.RequestAborted);
    }
}
