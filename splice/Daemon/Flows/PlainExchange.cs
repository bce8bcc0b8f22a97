using Splice.Daemon.Accept;
using Splice.Wire;

namespace Splice.Daemon.Flows;

/// <summary>
/// Follows requests and answers of a plain backend's flow, which has no hooks to say where they begin and end: requests
/// from the tapped input, answers from the tapped head and its Content-Length (RFC 9112 §6.3). Locked by itself.
/// </summary>
public sealed class PlainExchange
{
    private const int HeadBytesMax = 64 * 1024;
    private readonly Lock _lock = new();
    private readonly List<byte> _requestHead = [];
    private readonly List<byte> _answerHead = [];
    private ulong _number = 1;
    private ulong _requestStart;
    private ulong? _requestEnd;
    private ulong _answerStart;
    private bool _headRequest;

    /// <summary>The request being answered, or the next one if none is.</summary>
    public PlainRequest Current
    {
        get
        {
            lock (_lock)
            {
                return new PlainRequest(_number, _requestStart, _answerStart, AnswerEnd, AnswerHead);
            }
        }
    }

    /// <summary>Input offset up to which the present backend has been fed by a replay.</summary>
    public ulong Fed { get; set; }

    private ulong? AnswerEnd { get; set; }

    private PlainAnswerHead? AnswerHead { get; set; }

    /// <summary>Takes input in stream order. True if a new request began: it has a number and offsets of its own now.</summary>
    /// <param name="offset">Input offset of the first byte.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="acked">Output offset the client has acknowledged: where an answer of unknown length must have ended.</param>
    public bool Request(ulong offset, ReadOnlySpan<byte> bytes, ulong acked = 0)
    {
        lock (_lock)
        {
            var began = false;
            if (_requestEnd is { } end && offset + (ulong)bytes.Length > end)
            {
                bytes = offset < end ? bytes[(int)(end - offset)..] : bytes;
                Advance(end, AnswerEnd ?? acked);
                began = true;
            }

            if (_requestEnd is null && _requestHead.Count < HeadBytesMax)
            {
                _requestHead.AddRange(bytes);
                var found = RequestHeadParser.TryParse(_requestHead.ToArray(), out var head);
                if (found == ParseResult.Ok)
                {
                    _headRequest = head!.Method == "HEAD";
                    _requestEnd = head.BodyBytes is { } body ? _requestStart + (ulong)head.LengthBytes + (ulong)body : null;
                }
            }

            return began;
        }
    }

    /// <summary>Takes tapped answer bytes; returns the end of the answer once it is known.</summary>
    public ulong? Answer(ulong offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var at = _answerStart + (ulong)_answerHead.Count;
            if (AnswerHead is not null || offset > at || offset + (ulong)bytes.Length <= at)
            {
                return AnswerEnd;
            }

            _answerHead.AddRange(bytes[(int)(at - offset)..]);
            if (PlainAnswerHead.TryParse(_answerHead.ToArray(), _headRequest, out var head))
            {
                AnswerHead = head;
                AnswerEnd = head!.BodyBytes is { } body ? _answerStart + (ulong)head.LengthBytes + (ulong)body : null;
            }

            return AnswerEnd;
        }
    }

    /// <summary>Begins anew at a request that another proxy recorded.</summary>
    public void Resume(ulong number, ulong requestStart, ulong answerStart, ReadOnlySpan<byte> input)
    {
        lock (_lock)
        {
            Advance(requestStart, answerStart);
            _number = number;
        }

        Request(requestStart, input);
    }

    private void Advance(ulong requestStart, ulong answerStart)
    {
        _number++;
        (_requestStart, _requestEnd, _answerStart, AnswerEnd, AnswerHead) = (requestStart, null, answerStart, null, null);
        _requestHead.Clear();
        _answerHead.Clear();
    }
}

/// <summary>Where a request and its answer lie in their streams.</summary>
public sealed record PlainRequest(ulong Number, ulong InputStart, ulong OutputStart, ulong? OutputEnd, PlainAnswerHead? Head);
