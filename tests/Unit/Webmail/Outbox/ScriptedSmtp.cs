using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>What the mail server does with the next message.</summary>
internal enum SmtpScript
{
    Take,
    RefuseLogin,
    RefuseRecipient,
    RefuseRecipientNow,
    RefuseMessage,
    CutBeforeMessage,
    CutWithinMessage,
    TakeAndCut,
    LoseAndCut,

    /// <summary>Takes it, and answers when the test says so.</summary>
    TakeSlowly,
}

/// <summary>A submission server on a free loopback port that does what no real one can be made to do.</summary>
internal sealed class ScriptedSmtp : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    /// <param name="port">Where it answers; 0: anywhere.</param>
    public ScriptedSmtp(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Options = new MailServerOptions("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SecureSocketOptions.None);
        _ = AcceptAsync();
    }

    public MailServerOptions Options { get; }

    public SmtpScript Script { get; set; }

    /// <summary>The messages it has taken, dots and all.</summary>
    public IReadOnlyList<string> Taken => [.. _taken];

    /// <summary>The messages whose end has come, taken or not.</summary>
    public int Ended { get; private set; }

    public TaskCompletionSource Answer { get; } = new();

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        client.LingerState = new LingerOption(true, 0);
        var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 scripted");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                if (!await AnswerAsync(line, reader, writer))
                {
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
        }
    }

    /// <summary>False to cut the connection.</summary>
    private async Task<bool> AnswerAsync(string line, StreamReader reader, StreamWriter writer)
    {
        switch (line.Split(' ', ':')[0].ToUpperInvariant())
        {
            case "EHLO":
                await writer.WriteLineAsync("250-scripted\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 AUTH PLAIN");
                return true;
            case "AUTH":
                await writer.WriteLineAsync(Script == SmtpScript.RefuseLogin ? "535 5.7.8 wrong" : "235 2.7.0 in");
                return true;
            case "RCPT":
                await writer.WriteLineAsync(Script switch
                {
                    SmtpScript.RefuseRecipient => "550 5.1.1 nobody of that name",
                    SmtpScript.RefuseRecipientNow => "451 4.3.0 busy",
                    _ => "250 2.1.5 ok",
                });
                return true;
            case "DATA":
                return Script != SmtpScript.CutBeforeMessage && await TakeAsync(reader, writer);
            case "QUIT":
                await writer.WriteLineAsync("221 2.0.0 bye");
                return false;
            default:
                await writer.WriteLineAsync("250 2.0.0 ok");
                return true;
        }
    }

    private async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        var content = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            content.Append(line).Append("\r\n");
            if (Script == SmtpScript.CutWithinMessage)
            {
                return false;
            }
        }

        Ended++;
        if (Script is SmtpScript.Take or SmtpScript.TakeAndCut or SmtpScript.TakeSlowly)
        {
            _taken.Enqueue(content.ToString());
        }

        switch (Script)
        {
            case SmtpScript.TakeAndCut or SmtpScript.LoseAndCut:
                return false;
            case SmtpScript.TakeSlowly:
                await Answer.Task.WaitAsync(_stop.Token);
                break;
        }

        await writer.WriteLineAsync(Script == SmtpScript.RefuseMessage ? "554 5.6.0 not this" : "250 2.0.0 queued as 1");
        return true;
    }
}
