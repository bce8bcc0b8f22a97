using System.Buffers;
using Splice.Hooks;

namespace HelloSplice;

/// <summary>
/// Files that every backend can read and nobody changes. The state of a checkpoint is empty: where the body stands says all.
/// </summary>
internal sealed class FileShelf(string folder)
{
    private const int ReadBytes = 256 * 1024;

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
            var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
            try
            {
                var at = position.OffsetBytes;
                while (await RandomAccess.ReadAsync(file, buffer.AsMemory(0, ReadBytes), at, cancellationToken) is > 0 and var count)
                {
                    await body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    await body.CheckpointAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
                    at += count;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }, context.RequestAborted);
    }
}
