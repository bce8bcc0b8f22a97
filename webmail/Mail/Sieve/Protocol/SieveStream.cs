namespace Webmail.Mail.Sieve.Protocol;

/// <summary>Sends commands over a stream and reads responses within their limits; time is the caller's to limit.</summary>
internal sealed class SieveStream(Stream stream) : IDisposable
{
    private const int BufferBytes = 8 * 1024;

    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    public Stream Inner => stream;

    /// <summary>Bytes have come that belong to no response read so far.</summary>
    public bool HasMore => _end > _start;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>A few bytes, which fit into the send buffer of an idle connection, if it still is one.</summary>
    public void WriteLast(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // The server, or the end of the process, was first.
        }
    }

    /// <summary>Lines until the answer.</summary>
    /// <exception cref="SieveProtocolException">The server says BYE, ends, or breaks the protocol or a limit.</exception>
    public async Task<SieveResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<IReadOnlyList<SieveToken>>();
        var bytesLeft = SieveLimits.ResponseBytesMax;
        while (true)
        {
            var (line, length) = await ReadLineAsync(cancellationToken);
            bytesLeft -= length;
            if (line.Answer is { } answer)
            {
                return new SieveResponse(answer, lines);
            }

            lines.Add(line.Tokens);
            if (bytesLeft < 0 || lines.Count > SieveLimits.ResponseLinesMax)
            {
                throw new SieveProtocolException(
                    $"its response is longer than {SieveLimits.ResponseBytesMax} bytes or {SieveLimits.ResponseLinesMax} lines");
            }
        }
    }

    /// <summary>One line with its literals.</summary>
    /// <exception cref="SieveProtocolException">As above.</exception>
    public async Task<(SieveLine Line, int LengthBytes)> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (LineParser.TryParse(_buffer.AsSpan(_start.._end), out var line, out var length))
            {
                case SieveParse.Ok when line.Answer is { Status: SieveStatus.Bye } bye:
                    throw new SieveProtocolException($"it says goodbye: {bye.Text}");
                case SieveParse.Ok:
                    _start += length;
                    return (line, length);
                case SieveParse.Invalid:
                    throw new SieveProtocolException("it sends what is no ManageSieve response, or one longer than is taken");
            }

            await FillAsync(cancellationToken);
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // The parser refuses a line before it needs more than its limits; so the buffer does not grow without one.
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read > 0 ? read : throw new SieveProtocolException("it has ended the connection");
    }
}
