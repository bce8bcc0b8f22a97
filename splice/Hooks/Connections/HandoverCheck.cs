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
        if (sent > replay.CheckedOffset)
        {
            throw new DivergenceException(
                $"request {begins.Number}",
                $"output hashes to offset {replay.CheckedOffset}",
                $"output that was sent to the client to offset {sent}, while unprotected");
        }
    }
}
