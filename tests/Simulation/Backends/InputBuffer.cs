namespace Tests.Simulation.Backends;

/// <summary>What a connection has brought, and who waits for more.</summary>
internal sealed class InputBuffer
{
    private readonly List<byte> _bytes = [];
    private TaskCompletionSource? _more;
    private bool _isEnded;

    public int Count => _bytes.Count;

    public void Add(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        Tell();
    }

    public void End()
    {
        _isEnded = true;
        Tell();
    }

    public byte[] Peek() => [.. _bytes];

    /// <summary>Null if it ended before.</summary>
    public async Task<byte[]?> ReadAsync(int count)
    {
        while (await WaitAsync(count))
        {
            if (_bytes.Count >= count)
            {
                var bytes = _bytes.GetRange(0, count).ToArray();
                _bytes.RemoveRange(0, count);
                return bytes;
            }
        }

        return null;
    }

    /// <summary>False if less than that has come and no more will come.</summary>
    public async Task<bool> WaitAsync(int count)
    {
        if (_bytes.Count < count && !_isEnded)
        {
            _more = new TaskCompletionSource();
            await _more.Task;
        }

        return _bytes.Count >= count || !_isEnded;
    }

    private void Tell() => Interlocked.Exchange(ref _more, null)?.TrySetResult();
}
