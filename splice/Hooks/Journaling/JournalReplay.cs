using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>What an earlier owner journaled of the current request, ready to be consumed.</summary>
internal sealed class JournalReplay
{
    private readonly List<(int Ordinal, JournalEntry Entry)> _entries = [];
    private readonly List<(int Ordinal, JournalEntry.Checkpoint Entry)> _checkpoints = [];
    private readonly List<OutputMark> _marks = [];
    private int _next;

    private JournalReplay(RequestStart request) => Request = request;

    public RequestStart Request { get; }

    public bool IsOver => _next == _entries.Count;

    /// <summary>Hashes of the earlier output, in the order of their offsets.</summary>
    public IReadOnlyList<OutputMark> Marks => _marks;

    /// <summary>Everything before this offset can be checked when it is produced again.</summary>
    public ulong CheckedOffset => _marks.Count > 0 ? _marks[^1].Offset : Request.OutputOffset;

    public string Here => $"request {Request.Number} entry {(IsOver ? "end" : _entries[_next].Ordinal)}";

    /// <exception cref="DivergenceException">An entry that this version cannot read.</exception>
    public static JournalReplay Parse(JournalSnapshot journal)
    {
        var replay = new JournalReplay(journal.Request);
        for (var ordinal = 0; ordinal < journal.Entries.Count; ordinal++)
        {
            var entry = JournalEntryCodec.Decode(journal.Entries[ordinal]) ?? throw new DivergenceException(
                $"request {journal.Request.Number} entry {ordinal}", "an entry of another version", $"version {JournalEntryCodec.Version}");
            replay.Add(ordinal, entry);
        }

        return replay;
    }

    public JournalEntry? Peek() => IsOver ? null : _entries[_next].Entry;

    public void Consume() => _next++;

    /// <summary>The last checkpoint the client is past.</summary>
    public JournalEntry.Checkpoint? LastCheckpoint(ulong ackedOffset) =>
        _checkpoints.LastOrDefault(checkpoint => checkpoint.Entry.OutputOffset <= ackedOffset).Entry;

    /// <summary>Entries before the checkpoint belong to what is not executed again; returns how many effects are among them.</summary>
    public int SkipTo(JournalEntry.Checkpoint checkpoint)
    {
        var ordinal = _checkpoints.First(known => ReferenceEquals(known.Entry, checkpoint)).Ordinal;
        var effects = 0;
        while (!IsOver && _entries[_next].Ordinal < ordinal)
        {
            effects += _entries[_next].Entry is JournalEntry.EffectBegun ? 1 : 0;
            _next++;
        }

        return effects;
    }

    private void Add(int ordinal, JournalEntry entry)
    {
        switch (entry)
        {
            case JournalEntry.OutputHash hash:
                _marks.Add(new OutputMark(hash.OutputOffset, hash.Hash));
                break;
            case JournalEntry.Checkpoint checkpoint:
                _checkpoints.Add((ordinal, checkpoint));
                _marks.Add(new OutputMark(checkpoint.OutputOffset, checkpoint.Hash));
                break;
            default:
                _entries.Add((ordinal, entry));
                break;
        }
    }
}
