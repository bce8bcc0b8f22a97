using System.Buffers;
using System.IO.Pipelines;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>
/// The client's bytes out of its TLS records. Knows for every byte of content which TLS record it came in, because a replay
/// has to begin with that.
/// </summary>
internal sealed class TlsPipeReader : PipeReader
{
    private readonly PipeReader _inner;
    private readonly RecordOpener _opener;
    private readonly Action<Exception> _failed;
    private readonly Queue<Place> _places = new();
    private ulong _wireOffset;
    private int _skipBytes;
    private long _contentOffset;
    private long _consumed;
    private byte[] _content = [];
    private int _start;
    private int _end;
    private int _examined;
    private ReadOnlySequence<byte> _shown;
    private bool _completed;

    /// <param name="inner">The transport, after the preamble.</param>
    /// <param name="opener">Opens the TLS record at the wire offset next.</param>
    /// <param name="wireOffset">Input offset of the first byte of the transport.</param>
    /// <param name="skipBytes">Content of the first TLS record that is not wanted.</param>
    /// <param name="failed">The client broke the protocol.</param>
    public TlsPipeReader(PipeReader inner, RecordOpener opener, ulong wireOffset, uint skipBytes, Action<Exception> failed)
    {
        (_inner, _opener, _wireOffset, _skipBytes, _failed) = (inner, opener, wireOffset, (int)skipBytes, failed);
        _contentOffset = -_skipBytes;
    }

    /// <summary>The TLS record that the next byte to be consumed came or will come in, and how much of it is consumed.</summary>
    public (ulong WireOffset, uint Generation, ulong Sequence, uint SkipBytes) Next => _places.TryPeek(out var place)
        ? (place.WireOffset, place.Generation, place.Sequence, (uint)(_consumed - place.ContentOffset))
        : (_wireOffset, _opener.Protection.Generation, _opener.Protection.Sequence, 0);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (!HasNews)
        {
            var read = await _inner.ReadAsync(cancellationToken);
            Take(read);
            if (read.IsCanceled)
            {
                return Show(isCanceled: true);
            }
        }

        return Show(isCanceled: false);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!HasNews && _inner.TryRead(out var read))
        {
            Take(read);
            if (read.IsCanceled)
            {
                result = Show(isCanceled: true);
                return true;
            }
        }

        result = HasNews ? Show(isCanceled: false) : default;
        return HasNews;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var consumedBytes = (int)_shown.Slice(_shown.Start, consumed).Length;
        _examined = (int)_shown.Slice(_shown.Start, examined).Length - consumedBytes;
        _start += consumedBytes;
        _consumed += consumedBytes;
        _shown = default;
        while (_places.TryPeek(out var passed) && passed.ContentEnd <= _consumed && passed.ContentOffset < _consumed)
        {
            _places.Dequeue();
        }

        if (_start == _end)
        {
            Return();
        }
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        Return();
        _inner.Complete(exception);
    }

    private bool HasNews => _completed || _end - _start > _examined;

    private ReadResult Show(bool isCanceled)
    {
        _shown = new ReadOnlySequence<byte>(_content, _start, _end - _start);
        return new ReadResult(_shown, isCanceled, _completed);
    }

    private void Take(in ReadResult read)
    {
        var rest = read.Buffer;
        try
        {
            while (!_opener.IsClosed)
            {
                var (generation, sequence) = (_opener.Protection.Generation, _opener.Protection.Sequence);
                if (!_opener.TryOpen(rest, out var lengthBytes, out var content))
                {
                    break;
                }

                _places.Enqueue(new Place(_wireOffset, generation, sequence, _contentOffset, _contentOffset + content.Length));
                _wireOffset += (ulong)lengthBytes;
                _contentOffset += content.Length;
                var skipped = Math.Min(_skipBytes, content.Length);
                _skipBytes -= skipped;
                Append(content[skipped..]);
                rest = rest.Slice(lengthBytes);
            }
        }
        catch (TlsAlertException e)
        {
            _inner.AdvanceTo(read.Buffer.End);
            _failed(e);
            throw;
        }

        // A stream that ends in the middle of a TLS record has said nothing with it.
        _completed = _opener.IsClosed || read.IsCompleted;
        _inner.AdvanceTo(_completed ? read.Buffer.End : rest.Start, read.Buffer.End);
    }

    private void Append(ReadOnlySpan<byte> content)
    {
        var count = _end - _start;
        if (_content.Length - _end < content.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(count + content.Length, 2 * count));
            _content.AsSpan(_start, count).CopyTo(larger);
            Return();
            (_content, _start, _end) = (larger, 0, count);
        }

        content.CopyTo(_content.AsSpan(_end));
        _end += content.Length;
    }

    private void Return()
    {
        if (_content.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_content);
        }

        (_content, _start, _end) = ([], 0, 0);
    }

    /// <summary>A TLS record on the wire and its content, which counts from 0 at the first byte that is wanted.</summary>
    private readonly record struct Place(ulong WireOffset, uint Generation, ulong Sequence, long ContentOffset, long ContentEnd);
}
