using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Dialogues;

/// <summary>An IMAP server on a free loopback port that speaks a dialogue.</summary>
internal sealed class DialogueServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dialogue _dialogue;

    public DialogueServer(Dialogue dialogue)
    {
        _dialogue = dialogue;
        _listener.Start();
        Options = new MailServerOptions("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SecureSocketOptions.None);
        _ = AcceptAsync();
    }

    public MailServerOptions Options { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = SpeakAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task SpeakAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.WriteAsync(_dialogue.Greeting);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (await reader.ReadLineAsync() is { } line)
                {
                    var (tag, command) = line.Split(' ', 2) is [var first, var rest] ? (first, rest) : (line, "");
                    var (answer, cuts) = _dialogue.Answer(tag, command);
                    await stream.WriteAsync(answer);
                    if (cuts)
                    {
                        return;
                    }
                }
            }
            catch (IOException)
            {
                // The client has heard enough.
            }
        }
    }
}
