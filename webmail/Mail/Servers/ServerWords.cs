using System.Text;
using MailKit;

namespace Webmail.Mail.Servers;

/// <summary>Keeps what the server says, and nothing of what it is told: there are passwords in that.</summary>
internal sealed class ServerWords : IProtocolLogger
{
    private const int BytesMax = 16 * 1024;
    private const int LinesMax = 60;

    private MemoryStream? _said = new();

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void LogConnect(Uri uri)
    {
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
    }

    public void LogServer(byte[] buffer, int offset, int count) => _said?.Write(buffer, offset, (int)Math.Min(count, BytesMax - _said.Length));

    public IReadOnlyList<string> Lines() =>
    [
        .. Encoding.UTF8.GetString(_said?.ToArray() ?? [])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(LinesMax),
    ];

    /// <summary>Lets go of all, and keeps nothing from now on.</summary>
    public void Forget() => _said = null;

    /// <summary>Comes with the connection's end, and its words may be asked for then.</summary>
    public void Dispose()
    {
    }
}
