using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Tests.Unit.Webmail.Servers;

/// <summary>
/// Checks passwords for servers with the Cyrus SASL library, as saslauthd does: name, password, service and realm come, each behind its
/// length in two bytes; OK or NO goes back in the same way.
/// </summary>
internal sealed class PasswordSocket : IDisposable
{
    private const string Ok = "\0\u0002OK";
    private const string No = "\0\u0002NO";
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public PasswordSocket(string path, string password)
    {
        Password = password;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        _ = AcceptAsync();
    }

    /// <summary>Everybody's.</summary>
    public string Password { get; set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var (_, password, _, _) = (await ReadAsync(stream), await ReadAsync(stream), await ReadAsync(stream), await ReadAsync(stream));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(password == Password ? Ok : No));
        }
        catch (IOException)
        {
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var length = new byte[sizeof(ushort)];
        await stream.ReadExactlyAsync(length);
        var field = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(field);
        return Encoding.UTF8.GetString(field);
    }
}
