using System.Buffers;

namespace Webmail.Web.Answers;

/// <summary>Reads a whole request body within a limit.</summary>
internal static class RequestBytes
{
    private const int PartBytes = 64 * 1024;

    /// <summary>Null when there are more bytes than allowed.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int bytesMax) => context.Request.ContentLength switch
    {
        null => await ReadPartsAsync(context, bytesMax),
        var length when length > bytesMax => null,
        var length => await ReadWholeAsync(context, (int)length),
    };

    private static async Task<ReadOnlyMemory<byte>> ReadWholeAsync(HttpContext context, int length)
    {
        var whole = new byte[length];
        await context.Request.Body.ReadExactlyAsync(whole, context.RequestAborted);
        return whole;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadPartsAsync(HttpContext context, int bytesMax)
    {
        using var whole = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            for (int read; (read = await context.Request.Body.ReadAsync(part, context.RequestAborted)) > 0;)
            {
                if (whole.Length + read > bytesMax)
                {
                    return null;
                }

                whole.Write(part, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }
}
