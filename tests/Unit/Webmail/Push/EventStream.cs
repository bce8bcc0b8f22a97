using System.Text.Json.Nodes;

namespace Tests.Unit.Webmail.Push;

/// <summary>An event as a browser dispatches it.</summary>
internal sealed record StreamEvent(string Name, string? Id, JsonNode Data)
{
    public string[] Types => [.. Data["changed"]!.AsObject().Single().Value!.AsObject().Select(pair => pair.Key)];
}

/// <summary>An open stream, read as the HTML standard says.</summary>
internal sealed class EventStream(HttpResponseMessage answer, StreamReader reader) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private bool _hasEnded;

    public HttpResponseMessage Answer => answer;

    /// <summary>What a browser would come back with.</summary>
    public string LastEventId { get; private set; } = "";

    public int? RetryMilliseconds { get; private set; }

    /// <summary>The opening has been read: from here on everything is told.</summary>
    public static async Task<EventStream> ReadAsync(HttpResponseMessage answer)
    {
        var stream = new EventStream(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
        Assert.Null(await stream.BlockAsync());
        return stream;
    }

    /// <summary>The next event; null once the stream has ended.</summary>
    public async Task<StreamEvent?> NextAsync()
    {
        while (!_hasEnded)
        {
            if (await BlockAsync() is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public async Task<StreamEvent> ChangeAsync()
    {
        var found = await NextAsync();
        while (found?.Name == "ping")
        {
            found = await NextAsync();
        }

        Assert.NotNull(found);
        return found;
    }

    public void Dispose()
    {
        reader.Dispose();
        answer.Dispose();
    }

    private async Task<StreamEvent?> BlockAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var (name, id, data) = ("message", (string?)null, (string?)null);
        string? line;
        while ((line = await reader.ReadLineAsync(patience.Token)) is { Length: > 0 })
        {
            var (field, value) = line.Split(": ", 2) is [var first, var second] ? (first, second) : (line, "");
            (name, id, data) = field switch
            {
                "event" => (value, id, data),
                "id" => (name, value, data),
                "data" => (name, id, value),
                _ => (name, id, data),
            };
            RetryMilliseconds = field == "retry" ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : RetryMilliseconds;
        }

        _hasEnded = line is null;
        LastEventId = id ?? LastEventId;
        return data is null ? null : new StreamEvent(name, id, JsonNode.Parse(data)!);
    }
}
