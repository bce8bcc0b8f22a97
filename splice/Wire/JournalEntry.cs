using Splice.Wire.Tls;

namespace Splice.Wire;

/// <summary>One item of a flow's journal. All but the last three kinds are consumed by replay in their order.</summary>
public abstract record JournalEntry
{
    /// <summary>The request's instant, its seed, and the build it runs on: always the first entry.</summary>
    public sealed record Captured(long UtcTicks, ReadOnlyMemory<byte> Seed, string Build) : JournalEntry;

    /// <summary>An answer from outside, as JSON.</summary>
    public sealed record Choice(string Name, ReadOnlyMemory<byte> Answer) : JournalEntry;

    /// <summary>The question failed: the exception's type and message.</summary>
    public sealed record ChoiceFailed(string Name, string Type, string Message) : JournalEntry;

    /// <summary>Immutable content that was read, by its hash.</summary>
    public sealed record Reference(string Name, UInt128 Hash, long LengthBytes) : JournalEntry;

    /// <summary>An effect is about to run.</summary>
    public sealed record EffectBegun(string Name, Guid Id) : JournalEntry;

    /// <summary>The effect has this outcome, as JSON.</summary>
    public sealed record EffectDone(string Name, ReadOnlyMemory<byte> Outcome) : JournalEntry;

    /// <summary>Hash of the request's output up to an offset, chained from the hash before it.</summary>
    public sealed record OutputHash(ulong OutputOffset, UInt128 Hash) : JournalEntry;

    /// <summary>From here on the rest of a resumable body needs only this state. Also says what an output hash says.</summary>
    public sealed record Checkpoint(
        ulong OutputOffset, UInt128 Hash, long BodyOffset, ulong EntropyPosition, ReadOnlyMemory<byte> State) : JournalEntry;

    /// <summary>A TLS record of our own between two segments of the output: a ticket, a KeyUpdate or an alert, as it is before it is sealed.</summary>
    public sealed record ControlRecord(ulong OutputOffset, TlsContentType Type, ReadOnlyMemory<byte> Content) : JournalEntry;
}
