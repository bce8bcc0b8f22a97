using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Splice.Hooks;

namespace Tests.Unit.Splice;

/// <summary>Answers that differ each time unless the journal is asked first.</summary>
internal sealed class RestlessApplication
{
    public const int BigBytes = 3_000_000;
    private static readonly byte[] BigBody = [.. Enumerable.Range(0, BigBytes).Select(at => (byte)((at * 2654435761L) >> 13))];
    private static int _questions;

    public CountingEffect Effect { get; } = new();

    public long BigBytesProduced { get; private set; }

    public int BodiesBegun { get; private set; }

    public Task AnswerAsync(HttpContext context)
    {
        var journal = context.RequestServices.GetRequiredService<IJournal>();
        return context.Request.Path.Value switch
        {
            "/small" => SmallAsync(context, journal),
            "/chunked" => ChunkedAsync(context, journal),
            "/echo" => EchoAsync(context, journal),
            "/big" => BigAsync(context, WriteBigAsync),
            "/read" => BigAsync(context, ReadBigAsync),
            "/effect" => EffectAsync(context, journal),
            "/fails" => throw new InvalidOperationException("told to fail"),
            "/choicefails" => FailsAsync(context, async () => await journal.ChooseAsync<int>("fails", _ => throw NoAnswer(), default)),
            "/fetchfails" => FailsAsync(context, async () => await journal.FetchAsync("content", _ => throw NoAnswer(), default)),
            "/effectfails" => FailsAsync(context, async () => await journal.PerformAsync("send", new FailingEffect(), default)),
            "/diverges" => TextAsync(context, $"not journaled: {Interlocked.Increment(ref _questions)}"),
            "/empty" => Task.CompletedTask,
            "/close" => CloseAsync(context),
            "/scheme" => SchemeAsync(context),
            "/plain" => TextAsync(context, "hello"),
            _ => TextAsync(context, "?"),
        };
    }

    private static ValueTask<int> AskAsync(IJournal journal, string name) =>
        journal.ChooseAsync(name, _ => ValueTask.FromResult(Interlocked.Increment(ref _questions)), default);

    private static async Task SmallAsync(HttpContext context, IJournal journal)
    {
        var first = await AskAsync(journal, "first");
        var second = await AskAsync(journal, "second");
        await TextAsync(context, $"{first} {second} {journal.Time.GetUtcNow():O} {journal.Entropy.NewGuid()}");
    }

    private static async Task ChunkedAsync(HttpContext context, IJournal journal)
    {
        for (var i = 0; i < 8; i++)
        {
            await context.Response.WriteAsync($"part {i}: {await AskAsync(journal, $"part{i}")}\n");
        }
    }

    private async Task EchoAsync(HttpContext context, IJournal journal)
    {
        BodiesBegun++;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body.ToArray()));
        await TextAsync(context, $"{body.Length} {hash} {await AskAsync(journal, "echo")}");
    }

    private Task BigAsync(HttpContext context, Func<int, IBodyWriter, CancellationToken, ValueTask<int>> write)
    {
        context.Response.ContentType = "application/octet-stream";
        return context.Response.SendResumableAsync(BigBytes, async (position, body, cancellationToken) =>
        {
            Assert.True(position.OffsetBytes == 0 || BinaryPrimitives.ReadInt64BigEndian(position.State.Span) == position.OffsetBytes);
            var at = (int)position.OffsetBytes;
            while (await write(at, body, cancellationToken) is > 0 and var count)
            {
                at += count;
                BigBytesProduced += count;
                var state = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(state, at);
                await body.CheckpointAsync(state, cancellationToken);
            }
        }, context.RequestAborted);
    }

    private static async ValueTask<int> WriteBigAsync(int at, IBodyWriter body, CancellationToken cancellationToken)
    {
        var count = Math.Min(10_000, BigBytes - at);
        await body.WriteAsync(BigBody.AsMemory(at, count), cancellationToken);
        return count;
    }

    private static ValueTask<int> ReadBigAsync(int at, IBodyWriter body, CancellationToken cancellationToken) =>
        body.WriteFromAsync(async (memory, _) =>
        {
            // As a file is read: elsewhere, and not always as much as there is room for.
            await Task.Yield();
            var count = Math.Min(Math.Max(memory.Length - at % 7, 1), BigBytes - at);
            BigBody.AsSpan(at, count).CopyTo(memory.Span);
            return count;
        }, cancellationToken);

    private async Task EffectAsync(HttpContext context, IJournal journal)
    {
        var outcome = await journal.PerformAsync("send", Effect, context.RequestAborted);
        await TextAsync(context, $"done: {outcome}");
    }

    private static async Task FailsAsync(HttpContext context, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (TimeoutException e)
        {
            await TextAsync(context, e.Message);
        }
    }

    private static TimeoutException NoAnswer() => new($"no answer {Interlocked.Increment(ref _questions)}");

    private static Task SchemeAsync(HttpContext context)
    {
        var handshake = context.Features.Get<ITlsHandshakeFeature>();
        return TextAsync(context, $"{context.Request.Scheme} {handshake?.NegotiatedCipherSuite} {handshake?.Protocol}");
    }

    private static Task CloseAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return TextAsync(context, "bye");
    }

    private static async Task TextAsync(HttpContext context, string text)
    {
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        await context.Response.WriteAsync(text);
    }

    private sealed class FailingEffect : IEffect<string>
    {
        public ValueTask<string> PerformAsync(Guid id, CancellationToken cancellationToken) => throw NoAnswer();

        public ValueTask<string> ResolveAsync(Guid id, CancellationToken cancellationToken) => throw NoAnswer();
    }
}
