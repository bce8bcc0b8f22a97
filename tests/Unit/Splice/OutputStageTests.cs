using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Splice.Hooks;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

/// <summary>Output that waits for its journal while the next is made.</summary>
public sealed class OutputStageTests : IDisposable
{
    private const TlsCipherSuite Suite = TlsCipherSuite.TLS_AES_128_GCM_SHA256;
    private const int SegmentBytes = 256 * 1024;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly byte[] _secret = new byte[32];
    private readonly Pipe _wire = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly TlsClientStream _stream;
    private readonly OutputMemory _memory = new();
    private readonly ManualTime _time = new();
    private readonly OutputStage _stage;

    public OutputStageTests()
    {
        _stream = new TlsClientStream(_wire.Writer, new RecordProtection(Suite, _secret, 0, 0), 0, 0);
        _stage = new OutputStage(_wire.Writer, _stream, _memory, _time, () => { });
    }

    public void Dispose()
    {
        _stage.Dispose();
        _stream.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task Flush_BeforeTheCommit_ReturnsAndSendsNothing()
    {
        var commit = new TaskCompletionSource();
        Write(SegmentBytes);
        await _stage.FlushAsync(commit.Task, Stop);
        Assert.False(_wire.Reader.TryRead(out _));
        commit.SetResult();
        await _stage.DrainAsync();
        Assert.Equal(RecordProtection.WireBytes(SegmentBytes), _stream.ReleasedBytes);
    }

    [Fact]
    public async Task Flushes_ManyAndSmall_WaitForTheirCommits()
    {
        var commit = new TaskCompletionSource();
        var flushes = 0;
        ValueTask<FlushResult> flush;
        do
        {
            Write(1);
            flush = _stage.FlushAsync(commit.Task, Stop);
            flushes++;
        }
        while (flush.IsCompleted && flushes < 1000);

        Assert.InRange(flushes, 2, 999);
        commit.SetResult();
        await flush;
        await _stage.DrainAsync();
        Assert.True(_wire.Reader.TryRead(out _));
    }

    /// <summary>A commit is not waited for because a later one has come.</summary>
    [Fact]
    public async Task LaterSegment_CommittedFirst_WaitsForItsTurn()
    {
        var commit = new TaskCompletionSource();
        var first = Write(1000);
        await _stage.FlushAsync(commit.Task, Stop);
        var second = Write(2000);
        await _stage.FlushAsync(Task.CompletedTask, Stop);
        Assert.False(_wire.Reader.TryRead(out _));
        commit.SetResult();
        await _stage.DrainAsync();
        Assert.Equal((byte[])[.. first, .. second], await OpenAsync());
    }

    /// <summary>Kestrel asks for memory once and advances over it in several steps, also over a segment's end.</summary>
    [Fact]
    public async Task Advance_SeveralTimesOverOneMemory_SealsEachByteOnce()
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        content.CopyTo(_stage.Content.GetMemory(content.Length));
        foreach (var bytes in (int[])[20_000, 1, 16_384, 40_000, 23_615])
        {
            _stage.Content.Advance(bytes);
            _stage.EndSegment(bytes);
        }

        await _stage.FlushAsync(Task.CompletedTask, Stop);
        await _stage.DrainAsync();
        Assert.Equal(content, await OpenAsync());
    }

    [Fact]
    public async Task Flush_WithMuchHeld_WaitsForACommit()
    {
        var commit = new TaskCompletionSource();
        var flushed = true;
        ValueTask<FlushResult> flush = default;
        for (var i = 0; flushed; i++)
        {
            Assert.True(i < 100, "the stage holds without limit");
            Write(SegmentBytes);
            flush = _stage.FlushAsync(commit.Task, Stop);
            flushed = flush.IsCompleted;
        }

        commit.SetResult();
        await flush;
        await _stage.DrainAsync();
        Assert.Equal(0UL, _stream.ReleasedBytes % RecordProtection.WireBytes(SegmentBytes));
    }

    [Fact]
    public async Task FlushThatWaits_Canceled_ReturnsAndLosesNothing()
    {
        var commit = new TaskCompletionSource();
        var segments = 0UL;
        ValueTask<FlushResult> flush;
        do
        {
            Write(SegmentBytes);
            segments++;
            flush = _stage.FlushAsync(commit.Task, Stop);
        }
        while (flush.IsCompleted && segments < 100);

        _stage.CancelPendingFlush();
        Assert.True((await flush).IsCanceled);
        commit.SetResult();
        await _stage.DrainAsync();
        Assert.Equal(segments * RecordProtection.WireBytes(SegmentBytes), _stream.ReleasedBytes);
    }

    [Fact]
    public async Task FlushThatWaits_Disposed_Returns()
    {
        var commit = new TaskCompletionSource();
        ValueTask<FlushResult> flush;
        var segments = 0;
        do
        {
            Write(SegmentBytes);
            flush = _stage.FlushAsync(commit.Task, Stop);
        }
        while (flush.IsCompleted && ++segments < 100);

        _stage.Dispose();
        await flush;
        commit.SetResult();
        await _stage.DrainAsync();
    }

    /// <summary>Kestrel swallows what a flush throws, and an application that is not told would go on writing.</summary>
    [Fact]
    public async Task ConnectionThatTimesOut_IsToldToTheWriter()
    {
        await _wire.Reader.CompleteAsync(new SocketException((int)SocketError.TimedOut));
        Write(SegmentBytes);
        await _stage.FlushAsync(Task.CompletedTask, Stop);
        await _stage.DrainAsync();
        Write(SegmentBytes);
        Assert.True((await _stage.FlushAsync(Task.CompletedTask, Stop)).IsCompleted);
    }

    /// <summary>An answer that failed does not count among those that hold something.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Share_AfterTheAnswer_IsGivenBack(bool fails)
    {
        for (var i = 0; i < 40; i++)
        {
            _memory.Join();
        }

        var before = _memory.AnswerBytes;
        var commit = new TaskCompletionSource();
        Write(1);
        await _stage.FlushAsync(commit.Task, Stop);
        Assert.True(_memory.AnswerBytes < before);
        if (fails)
        {
            commit.SetException(new FenceException(new FlowId(1), 1, "2"));
            await Assert.ThrowsAsync<FenceException>(async () => await _stage.DrainAsync());
        }
        else
        {
            commit.SetResult();
            await _stage.DrainAsync();
        }

        Assert.Equal(before, _memory.AnswerBytes);
    }

    /// <summary>Segments grow while the client takes everything soon, and only then; each fills its TLS records.</summary>
    [Theory]
    [InlineData(true, 1, true)]
    [InlineData(true, 1000, false)]
    [InlineData(false, 1, false)]
    public async Task Segments_Grow_IfTheClientTakesThemSoon(bool takes, int milliseconds, bool grow)
    {
        const int RecordContentBytes = 16 * 1024;
        var first = _stage.SegmentBytes;
        var commit = new TaskCompletionSource();
        for (var i = 0; i < 4; i++)
        {
            Write(first);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await _stage.FlushAsync(takes ? Task.CompletedTask : commit.Task, Stop);
        }

        Assert.Equal(grow, _stage.SegmentBytes > first);
        Assert.Equal(0, _stage.SegmentBytes % RecordContentBytes);
        commit.SetResult();
        await _stage.DrainAsync();
    }

    [Fact]
    public async Task CommitThatFails_IsToldToTheWriter_AndNothingIsSentAnyMore()
    {
        var failure = new FenceException(new FlowId(1), 1, "2");
        Write(SegmentBytes);
        try
        {
            await _stage.FlushAsync(Task.FromException(failure), Stop);
        }
        catch (FenceException)
        {
            // Told at once, or below.
        }

        Write(SegmentBytes);
        Assert.Same(failure, await Assert.ThrowsAsync<FenceException>(async () => await _stage.FlushAsync(Task.CompletedTask, Stop)));
        Assert.Same(failure, await Assert.ThrowsAsync<FenceException>(async () => await _stage.DrainAsync()));
        Assert.Equal(0UL, _stream.ReleasedBytes);
    }

    [Fact]
    public async Task Dispose_WithSegmentsHeld_SendsNothingAnyMore()
    {
        var commit = new TaskCompletionSource();
        Write(SegmentBytes);
        await _stage.FlushAsync(commit.Task, Stop);
        _stage.Dispose();
        commit.SetResult();
        await _stage.DrainAsync();
        Assert.Equal(0UL, _stream.ReleasedBytes);
    }

    private byte[] Write(int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        _stage.Content.Write(content);
        _stage.EndSegment(bytes);
        return content;
    }

    private async Task<byte[]> OpenAsync()
    {
        await _wire.Writer.CompleteAsync();
        var rest = (await _wire.Reader.ReadAsync(Stop)).Buffer;
        using var opener = new RecordOpener(new RecordProtection(Suite, _secret, 0, 0));
        var content = new ArrayBufferWriter<byte>();
        while (opener.TryOpen(rest, out var lengthBytes, out var opened))
        {
            content.Write(opened);
            rest = rest.Slice(lengthBytes);
        }

        return content.WrittenSpan.ToArray();
    }
}
