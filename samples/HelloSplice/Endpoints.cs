using System.Globalization;
using System.Text;
using Splice.Hooks;

namespace HelloSplice;

/// <summary>What a backend does: ask the outside world, send something long, act.</summary>
internal static class Endpoints
{
    private const int Numbers = 5_000_000;
    private const int LineBytes = 9;

    /// <summary>A choice: the answer from outside is in the journal before the browser sees it.</summary>
    public static async Task<IResult> HelloAsync(IJournal journal, CancellationToken cancellationToken)
    {
        var weather = await journal.ChooseAsync("weather", AskTheWeatherAsync, cancellationToken);
        return Results.Text($"Hello at {journal.Time.GetUtcNow():O}. {weather} Your number is {journal.Entropy.NewGuid()}.\n");
    }

    /// <summary>A long answer: after a handover it goes on near where the browser is, not from the start.</summary>
    public static Task NumbersAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        return context.Response.SendResumableAsync((long)Numbers * LineBytes, async (position, body, cancellationToken) =>
        {
            for (var number = (int)(position.OffsetBytes / LineBytes); number < Numbers; number++)
            {
                await body.WriteAsync(Encoding.ASCII.GetBytes($"{number:d8}\n"), cancellationToken);
                await body.CheckpointAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
            }
        }, context.RequestAborted);
    }

    /// <summary>An answer of unknown length, made while it is sent: a successor makes it again and leaves out what the browser has.</summary>
    public static async Task LinesAsync(int count, IJournal journal, HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        for (var line = 0; line < count; line++)
        {
            await context.Response.WriteAsync($"{line} {journal.Entropy.NewGuid()}\n", context.RequestAborted);
        }
    }

    /// <summary>An effect: performed once, whatever dies.</summary>
    public static async Task<IResult> GreetAsync(GreetingBook book, IJournal journal, CancellationToken cancellationToken)
    {
        var line = await journal.PerformAsync("greeting", book, cancellationToken);
        return Results.Text(string.Create(CultureInfo.InvariantCulture, $"Your greeting is in the book: {line}\n"));
    }

    private static ValueTask<string> AskTheWeatherAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult("The sun shines.");
}
