namespace Splice.Daemon.Flows;

/// <summary>
/// Follows how much of the client's stream has been tapped and how much of that is safe in the flow store. Segments arrive
/// in any order and more than once; the store takes them by absolute offset. Locked by itself.
/// </summary>
/// <remarks>A proxy may have a million of these, and most wait for nothing: such a one has no collections, nor a lock beside itself.</remarks>
public sealed class InputLog(ulong start)
{
    private const int EarlyBytesMax = 4 * 1024 * 1024;
    private SortedDictionary<ulong, byte[]>? _early;
    private List<PendingChunk>? _untaken;
    private Queue<PendingChunk>? _pending;
    private ulong _received = start;
    private ulong _logged = start;
    private int _earlyBytes;
    private int _untakenBytes;

    /// <summary>Every byte before this offset has been tapped.</summary>
    public ulong Received
    {
        get
        {
            lock (this)
            {
                return _received;
            }
        }
    }

    /// <summary>Every byte before this offset is in the flow store.</summary>
    public ulong Logged
    {
        get
        {
            lock (this)
            {
                return _logged;
            }
        }
    }

    /// <summary>Bytes that have been tapped and wait for <see cref="Take"/>.</summary>
    public int UntakenBytes
    {
        get
        {
            lock (this)
            {
                return _untakenBytes;
            }
        }
    }

    /// <summary>Bytes that have been tapped and are not in the flow store yet.</summary>
    public ulong WaitingBytes
    {
        get
        {
            lock (this)
            {
                return _received - _logged;
            }
        }
    }

    /// <summary>Full offset of a sequence number near the tapped end.</summary>
    public ulong OffsetOf(uint seq, uint clientSeq)
    {
        lock (this)
        {
            return _received + (ulong)(long)(int)(seq - (clientSeq + (uint)_received));
        }
    }

    /// <summary>Takes a segment; returns the chunks that now continue the stream, oldest first.</summary>
    public IReadOnlyList<PendingChunk> Receive(ulong offset, ReadOnlySpan<byte> bytes)
    {
        lock (this)
        {
            if ((long)offset < 0)
            {
                // The end of a TLS handshake, sent once more and together with what follows it: only that is input.
                bytes = bytes[(int)Math.Min(bytes.Length, -(long)offset)..];
                offset = 0;
            }

            var end = offset + (ulong)bytes.Length;
            if (end <= _received)
            {
                return [];
            }

            if (offset > _received)
            {
                KeepEarly(offset, bytes);
                return [];
            }

            var chunks = new List<PendingChunk>(1) { Append(bytes[(int)(_received - offset)..].ToArray()) };
            while (_early is { Count: > 0 } && _early.First() is var (at, early) && at <= _received)
            {
                _early.Remove(at);
                _early = _early.Count > 0 ? _early : null;
                _earlyBytes -= early.Length;
                var rest = at + (ulong)early.Length;
                if (rest > _received)
                {
                    chunks.Add(Append(early[(int)(_received - at)..]));
                }
            }

            return chunks;
        }
    }

    /// <summary>All that must be stored and has not been taken for it yet, in one piece; null if there is nothing.</summary>
    /// <param name="neededFrom">Input before this offset will not be asked for again and is left out.</param>
    public PendingChunk? Take(ulong neededFrom = 0)
    {
        lock (this)
        {
            if (_untaken is null)
            {
                return null;
            }

            var start = _untaken[0].Offset;
            var bytes = _untaken.Count == 1 ? _untaken[0].Bytes : Join(_untaken);
            var needless = neededFrom <= start ? 0 : (int)Math.Min(neededFrom - start, (ulong)bytes.Length);
            var taken = new PendingChunk(start + (ulong)needless, needless == 0 ? bytes : bytes[needless..]);
            ForgetUntaken();
            (_pending ??= []).Enqueue(taken);
            return taken;
        }
    }

    /// <summary>Marks a chunk as stored; returns the offset before which everything is.</summary>
    public ulong Stored(PendingChunk chunk)
    {
        lock (this)
        {
            chunk.Done = true;
            while (_pending is not null && _pending.TryPeek(out var first) && first.Done)
            {
                _pending.Dequeue();
                _pending = _pending.Count > 0 ? _pending : null;
                _logged = Math.Max(_logged, first.Offset + (ulong)first.Bytes.Length);
            }

            return _logged;
        }
    }

    /// <summary>Takes back a chunk that the store refused, and what followed it: as if it had not been tapped, so that the same
    /// bytes are taken when the client sends them again.</summary>
    public void Forget(PendingChunk chunk)
    {
        lock (this)
        {
            if (_pending?.Contains(chunk) == true)
            {
                _received = chunk.Offset;
                ForgetUntaken();
                Keep(pending => pending.Offset < chunk.Offset);
            }
        }
    }

    /// <summary>Waits, for a bounded time, until what has been tapped is in the store.</summary>
    public async ValueTask CaughtUpAsync(TimeProvider time)
    {
        const int MillisecondsMax = 200;
        for (var waited = 0; waited < MillisecondsMax && Logged < Received; waited++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time);
        }
    }

    /// <summary>What another proxy logged before this one took over.</summary>
    public void Refresh(ulong logged)
    {
        lock (this)
        {
            if (logged > _received)
            {
                _received = logged;
                // Stored by another, as all before. Joined to what comes behind, it would stand for it.
                ForgetUntaken();
            }

            if (logged > _logged)
            {
                _logged = logged;
                Keep(pending => pending.Offset + (ulong)pending.Bytes.Length > logged);
            }
        }
    }

    /// <summary>Gives up input before the offset that was neither tapped nor logged; returns the offset before which all is
    /// accounted for.</summary>
    public ulong Skip(ulong offset)
    {
        lock (this)
        {
            _received = Math.Max(_received, offset);
            if (_pending is null && _untaken is null)
            {
                _logged = _received;
            }

            return _logged;
        }
    }

    private byte[] Join(List<PendingChunk> chunks)
    {
        var joined = new byte[_untakenBytes];
        var at = 0;
        foreach (var chunk in chunks)
        {
            chunk.Bytes.CopyTo(joined, at);
            at += chunk.Bytes.Length;
        }

        return joined;
    }

    private void ForgetUntaken()
    {
        _untaken = null;
        _untakenBytes = 0;
    }

    private void Keep(Func<PendingChunk, bool> which)
    {
        var kept = (_pending ?? []).Where(which).ToList();
        _pending = kept.Count > 0 ? new Queue<PendingChunk>(kept) : null;
    }

    private PendingChunk Append(byte[] bytes)
    {
        var chunk = new PendingChunk(_received, bytes);
        (_untaken ??= []).Add(chunk);
        _untakenBytes += bytes.Length;
        _received += (ulong)bytes.Length;
        return chunk;
    }

    /// <summary>Beyond the limit a segment is forgotten: it is not acknowledged, so the client sends it again.</summary>
    private void KeepEarly(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (_earlyBytes + bytes.Length <= EarlyBytesMax && _early?.ContainsKey(offset) != true)
        {
            (_early ??= []).Add(offset, bytes.ToArray());
            _earlyBytes += bytes.Length;
        }
    }
}
