using System.Net.Sockets;
using Splice.Daemon.Accept;
using Splice.Daemon.Flows;
using Splice.Daemon.Takeover;
using Splice.Daemon.Tls;

namespace Splice.Daemon.Splicing;

/// <summary>The last word to a client whose connection is not spliced.</summary>
public sealed class ClientAnswerer(AnswerCounters answers, ActiveState active, FlowInjector injector)
{
    internal async Task AnswerAsync(LegSocket client, TlsConnection? connection, HttpAnswer answer, CancellationToken cancellationToken)
    {
        // Without the address no backend can be reached either.
        if (answer.Status == HttpAnswer.Unavailable && !active.HasAddressNow(client.Local))
        {
            Strand(client);
            return;
        }

        answers.Count(answer.Status);
        try
        {
            await client.Socket.SendAsync(
                connection is null ? answer.Bytes : AnswerSeal.Seal(connection.Secrets, answer.Bytes), SocketFlags.None, cancellationToken);
            client.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The client has gone: nobody is left to hear the answer.
        }
    }

    /// <summary>
    /// The address left while the connection was not spliced yet, and nothing it says arrives here any more: the client is
    /// told at once, so that it connects again. Injected, because the stack does not send from an address that it lost.
    /// </summary>
    internal void Strand(LegSocket client)
    {
        client.Freeze();
        var numbers = client.ReadNumbers();
        injector.ResetUnspliced(client.Local, client.Remote, numbers.SendSeq, numbers.ReceiveSeq);
    }
}
