using System.Collections.Concurrent;
using MailKit.Net.Smtp;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Webmail.Mail.Sending;

/// <summary>How large an attachment can be so that the mail server takes the message: to send (SIZE, RFC 1870) and to file (APPENDLIMIT, RFC 7889).</summary>
public sealed class AttachmentLimit(ImapPool pool, IMailServers servers, TimeProvider time)
{
    /// <summary>Headers, text and borders of the message around it.</summary>
    private const long MessageBytes = 64 * 1024;

    /// <summary>Base64 in lines of 76 characters (RFC 2045 §6.8): 57 bytes become 78.</summary>
    private const int LineBytes = 57;
    private const int EncodedLineBytes = 78;

    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (long? Bytes, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Bytes of the file itself; <see cref="long.MaxValue"/> if the server names no limit, or does not answer: then a file can still be attached to a draft,
    /// and whether it can be sent turns out when it is.
    /// </summary>
    public ValueTask<long> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync("attachment.limit", token => AskAsync(account, token), cancellationToken);
    }

    /// <summary>The largest file that, encoded, fits into a message of so many bytes.</summary>
    public static long Fitting(long messageBytes) => Math.Max(0, (messageBytes - MessageBytes) / EncodedLineBytes * LineBytes);

    private async ValueTask<long> AskAsync(MailAccount account, CancellationToken cancellationToken)
    {
        try
        {
            return await AskServersAsync(account, cancellationToken);
        }
        catch (MailUnavailableException)
        {
            return long.MaxValue;
        }
    }

    private async Task<long> AskServersAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var ours = await servers.FindAsync(account.Credentials.Username, cancellationToken);
        var toFile = await KnownAsync($"{account.Id} {ours.Imap}", token => pool.AskAsync(
            account.Credentials, null, (connection, _) => Task.FromResult((long?)connection.Client.AppendLimit), token), cancellationToken);
        var toSend = await KnownAsync($"{ours.Submission}", token => ReadSizeAsync(ours.Submission, token), cancellationToken);
        return Math.Min(toFile, toSend) is var least and < long.MaxValue ? Fitting(least) : long.MaxValue;
    }

    private async Task<long> KnownAsync(string key, Func<CancellationToken, Task<long?>> ask, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(key, out var known) || time.GetElapsedTime(known.At) > KnownFor)
        {
            known = (await ask(cancellationToken), time.GetTimestamp());
            _known[key] = known;
        }

        return known.Bytes ?? long.MaxValue;
    }

    private static async Task<long?> ReadSizeAsync(MailServerOptions submission, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await client.ConnectAsync(submission, deadline.Token);
            var size = client.Capabilities.HasFlag(SmtpCapabilities.Size) ? (long?)client.MaxSize : null;
            await client.DisconnectAsync(true, deadline.Token);
            // 0 stands for no fixed limit (RFC 1870 §4).
            return size is 0 ? null : size;
        }
        catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException or MailKit.ProtocolException or SslHandshakeException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new MailUnavailableException($"The submission server {submission} does not answer ({broken.Message}).");
        }
    }
}
