namespace Splice.Daemon;

/// <summary>Does something again and again until the process stops.</summary>
internal static class Rounds
{
    /// <summary>Returns when it is cancelled. The first round comes after one interval.</summary>
    public static async Task RunAsync(TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> round, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await round(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>As above.</summary>
    public static Task RunAsync(TimeSpan interval, TimeProvider time, Action round, CancellationToken cancellationToken) =>
        RunAsync(
            interval, time,
            _ =>
            {
                round();
                return Task.CompletedTask;
            },
            cancellationToken);
}
