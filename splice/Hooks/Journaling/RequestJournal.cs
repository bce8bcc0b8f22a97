using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>The journal as one request sees it: capture, or replay until the entries are used up, then capture.</summary>
internal sealed class RequestJournal : IJournal
{
    private readonly FlowJournal _journal;
    private readonly JournalReplay? _replay;
    private readonly FlowId _flow;
    private readonly ulong _request;
    private readonly Action<DivergenceException> _diverged;
    private int _effects;

    public RequestJournal(
        FlowJournal journal,
        JournalReplay? replay,
        FlowId flow,
        ulong request,
        string build,
        TimeProvider clock,
        Action<DivergenceException> diverged)
    {
        _journal = journal;
        _replay = replay;
        _flow = flow;
        _request = request;
        _diverged = diverged;
        var captured = TryConsume<JournalEntry.Captured>("the capture of instant and seed", _ => true);
        if (captured is null)
        {
            captured = new JournalEntry.Captured(
                clock.GetUtcNow().UtcTicks, RandomNumberGenerator.GetBytes(JournalEntryCodec.SeedBytes), build);
            _journal.Append(captured);
        }

        Time = new RequestTime(new DateTimeOffset(captured.UtcTicks, TimeSpan.Zero));
        Generator = new RequestEntropy(captured.Seed);
    }

    public bool IsReplaying => _replay is { IsOver: false };

    public TimeProvider Time { get; }

    public IEntropy Entropy => Generator;

    public RequestEntropy Generator { get; }

    public JournalReplay? Replay => _replay;

    /// <summary>What comes before the checkpoint is not executed again.</summary>
    public void SkipTo(JournalEntry.Checkpoint checkpoint)
    {
        _effects += _replay!.SkipTo(checkpoint);
        Generator.Position = checkpoint.EntropyPosition;
    }

    public async ValueTask<T> ChooseAsync<T>(
        string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken)
    {
        if (IsReplaying)
        {
            ThrowIfFailed(name);
            return Read<T>(TryConsume<JournalEntry.Choice>($"choice {name}", choice => choice.Name == name)!.Answer);
        }

        T answer;
        try
        {
            answer = await choose(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException and not DivergenceException)
        {
            var type = FailureMapper.NameOf(e);
            _journal.Append(new JournalEntry.ChoiceFailed(name, type, e.Message));
            if (FailureMapper.Make(type, e.Message) is ChoiceFailedException failure)
            {
                throw failure;
            }

            throw;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
        _journal.Append(new JournalEntry.Choice(name, json));
        return answer;
    }

    public async ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken)
    {
        ThrowIfFailed(name);
        var known = TryConsume<JournalEntry.Reference>($"reference {name}", reference => reference.Name == name);
        ReadOnlyMemory<byte> content;
        try
        {
            content = await fetch(cancellationToken);
        }
        catch (Exception e) when (known is null && IsRemembered(e))
        {
            _journal.Append(new JournalEntry.ChoiceFailed(name, FailureMapper.NameOf(e), e.Message));
            throw;
        }

        var hash = XxHash128.HashToUInt128(content.Span);
        if (known is null)
        {
            _journal.Append(new JournalEntry.Reference(name, hash, content.Length));
        }
        else if (known.Hash != hash || known.LengthBytes != content.Length)
        {
            throw Diverged(
                $"{name} of {known.LengthBytes} bytes with hash {known.Hash:x32}",
                $"{content.Length} bytes with hash {hash:x32}");
        }

        return content;
    }

    public async ValueTask<T> PerformAsync<T>(string name, IEffect<T> effect, CancellationToken cancellationToken)
    {
        var id = EffectId.Of(_flow, _request, _effects++);
        var begun = TryConsume<JournalEntry.EffectBegun>($"effect {name} {id}", known => known.Name == name && known.Id == id);
        if (begun is not null && IsReplaying)
        {
            ThrowIfFailed(name);
            var done = TryConsume<JournalEntry.EffectDone>($"outcome of effect {name}", known => known.Name == name)!;
            return Read<T>(done.Outcome);
        }

        if (begun is null)
        {
            _journal.Append(new JournalEntry.EffectBegun(name, id));
            cancellationToken.ThrowIfCancellationRequested();
            await _journal.CommitAsync();
        }

        T outcome;
        try
        {
            // If it has begun, the earlier owner died between the id and the outcome: in doubt.
            outcome = await (begun is null ? effect.PerformAsync(id, CancellationToken.None) : effect.ResolveAsync(id, CancellationToken.None));
        }
        catch (Exception e) when (IsRemembered(e))
        {
            // The answer will say so: whoever replays it must not act after all.
            _journal.Append(new JournalEntry.ChoiceFailed(name, FailureMapper.NameOf(e), e.Message));
            await _journal.CommitAsync();
            throw;
        }

        _journal.Append(new JournalEntry.EffectDone(name, JsonSerializer.SerializeToUtf8Bytes(outcome, JsonSerializerOptions.Web)));
        await _journal.CommitAsync();
        return outcome;
    }

    /// <summary>A failure that comes back from the journal as it was.</summary>
    private static bool IsRemembered(Exception failure) =>
        failure is not OperationCanceledException and not DivergenceException
        && FailureMapper.Make(FailureMapper.NameOf(failure), failure.Message) is not ChoiceFailedException;

    private void ThrowIfFailed(string name)
    {
        if (IsReplaying && TryConsume<JournalEntry.ChoiceFailed>(null, failed => failed.Name == name) is { } failed)
        {
            throw FailureMapper.Make(failed.Type, failed.Message);
        }
    }

    private static T Read<T>(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize<T>(json.Span, JsonSerializerOptions.Web)!;

    /// <summary>Null in capture; in replay the next entry, which must be what is asked for.</summary>
    /// <param name="asked">What the application asks for; null if it may also be something else.</param>
    /// <param name="matches">Whether the entry is it.</param>
    private TEntry? TryConsume<TEntry>(string? asked, Func<TEntry, bool> matches)
        where TEntry : JournalEntry
    {
        if (_replay?.Peek() is not { } next)
        {
            return null;
        }

        if (next is TEntry entry && matches(entry))
        {
            _replay.Consume();
            return entry;
        }

        return asked is null ? null : throw Diverged(EntryText.Of(next), asked);
    }

    private DivergenceException Diverged(string expected, string got)
    {
        var divergence = new DivergenceException(_replay?.Here ?? $"request {_request}", expected, got);
        // Told at once: the application might catch the exception and answer anyway.
        _diverged(divergence);
        return divergence;
    }
}
