using System.Globalization;
using System.Text;
using Appliance.Cli.Clients;

namespace Tests.Lab.CrashPoints;

/// <summary>Reads a body in chunked transfer coding (RFC 9112, 7.1) and takes no liberties: no extensions, no trailers.</summary>
internal static class ChunkReader
{
    /// <summary>The next chunk; null at the end of the body.</summary>
    public static async Task<byte[]?> ReadAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        var size = int.Parse(await ReadLineAsync(connection, cancellationToken), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var chunk = new byte[size];
        for (var read = 0; read < size;)
        {
            var bytes = await connection.ReadBodyAsync(size - read, cancellationToken);
            bytes.CopyTo(chunk.AsMemory(read));
            read += bytes.Length;
        }

        Assert.Equal("", await ReadLineAsync(connection, cancellationToken));
        return size == 0 ? null : chunk;
    }

    private static async Task<string> ReadLineAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < 2 || line[^2] != '\r' || line[^1] != '\n')
        {
            line.Append((char)(await connection.ReadBodyAsync(1, cancellationToken)).Span[0]);
        }

        return line.ToString(0, line.Length - 2);
    }
}
