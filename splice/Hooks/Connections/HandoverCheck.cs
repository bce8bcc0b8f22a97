using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>What must hold before a replay begins.</summary>
internal static class HandoverCheck
{
    /// <exception cref="DivergenceException">Another build, other offsets, or output that cannot be checked.</exception>
    public static void ThrowIfNotOurs(JournalReplay replay, Preamble preamble, string build)
    {
        if (replay.Peek() is JournalEntry.Captured captured && captured.Build != build)
        {
            throw new DivergenceException("the build", $"build {captured.Build}", $"build {build}");
        }

        var begins = replay.Request;
        if (begins.InputOffset != preamble.InputOffset || begins.OutputOffset != preamble.OutputOffset)
        {
            throw new DivergenceException(
                $"the start of request {begins.Number}",
                $"input offset {begins.InputOffset} and output offset {begins.OutputOffset}",
                $"{preamble.InputOffset} and {preamble.OutputOffset} in the preamble");
        }

        // Under TLS it would also be two contents under one nonce.
        var sent = Math.Max(preamble.AckedOffset, preamble.SentOffset);
        if (sent > replay.CheckedOffset && !IsFin(sent, replay))
        {
            throw new DivergenceException(
                $"request {begins.Number}",
                $"output hashes to offset {replay.CheckedOffset}",
                $"output that was sent to the client to offset {sent}, while unprotected");
        }
    }

    /// <summary>
    /// The FIN of an owner that died takes a sequence number (RFC 9293 §3.4). If it was told to a proxy that died too, the next one
    /// knows only how the dead owner's kernel counts. It cannot be a byte that matters: here begins a TLS record or an answer,
    /// and the first byte of either is the same in every execution.
    /// </summary>
    private static bool IsFin(ulong sent, JournalReplay replay) =>
        sent == replay.CheckedOffset + 1 && (replay.Request.Tls is not null || replay.CheckedOffset == replay.Request.OutputOffset);
}
