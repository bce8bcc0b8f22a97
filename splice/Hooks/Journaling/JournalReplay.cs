using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>What an earlier owner journaled of the current request, ready to be consumed.</summary>
internal sealed class JournalReplay
{
    private readonly List<(int Ordinal, JournalEntry Entry)> _entries = [];
    private readonly List<(int Ordinal, JournalEntry.Checkpoint Entry, ulong WireOffset)> _checkpoints = [];
    private readonly List<OutputMark> _marks = [];
    private int _next;

    private ulong _content;
    private ulong _wire;

    private JournalReplay(RequestStart request)
    {
        Request = request;
        _content = request.Tls?.OutputContentOffset ?? request.OutputOffset;
        _wire = request.OutputOffset;
    }

    public RequestStart Request { get; }

    public bool IsOver => _next == _entries.Count;

    /// <summary>The points of the earlier output, in the order of their offsets.</summary>
    public IReadOnlyList<OutputMark> Marks => _marks;

    /// <summary>Everything before this offset on the wire can be checked when it is produced again.</summary>
    public ulong CheckedOffset => _wire;

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
        _checkpoints.LastOrDefault(checkpoint => checkpoint.WireOffset <= ackedOffset).Entry;

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
                Mark(hash.OutputOffset, hash.Hash);
                break;
            case JournalEntry.Checkpoint checkpoint:
                Mark(checkpoint.OutputOffset, checkpoint.Hash);
                _checkpoints.Add((ordinal, checkpoint, _wire));
                break;
            case JournalEntry.ControlRecord control:
                _wire += (ulong)(control.Content.Length + RecordProtection.OverheadBytes);
                _marks.Add(new OutputMark(control.OutputOffset, default, control));
                break;
            default:
                _entries.Add((ordinal, entry));
                break;
        }
    }

    private void Mark(ulong offset, UInt128 hash)
    {
        var bytes = offset - _content;
        _content = offset;
        _wire += Request.Tls is null ? bytes : RecordProtection.WireBytes(bytes);
        _marks.Add(new OutputMark(offset, hash));
    }
}
