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
        if (sent > replay.CheckedOffset && !IsFin(preamble, replay))
        {
            throw new DivergenceException(
                $"request {begins.Number}",
                $"output hashes to offset {replay.CheckedOffset}",
                $"output that was sent to the client to offset {sent}, while unprotected");
        }
    }

    /// <summary>
    /// The FIN of an owner that died takes a sequence number (RFC 9293 §3.4). If it was told to a proxy that died too, the next one
    /// knows only how the dead owner's kernel counts. FINs are held, so the client has not acknowledged it; a single byte of
    /// output that was sent while unprotected and is still on its way looks the same, and is sent anew.
    /// </summary>
    private static bool IsFin(Preamble preamble, JournalReplay replay) =>
        preamble.SentOffset == replay.CheckedOffset + 1 && preamble.AckedOffset <= replay.CheckedOffset;
}
