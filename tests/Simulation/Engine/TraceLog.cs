using Microsoft.Extensions.Logging;

namespace Tests.Simulation.Engine;

/// <summary>What the product logs goes to the trace. An exception that it logs is one that nobody expected.</summary>
internal sealed class TraceLog<T>(World world, string who, Action<string> failed) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (world.Trace.KeepsText)
        {
            world.Trace.Line(world.NowNs, who, formatter(state, exception));
        }

        if (exception is not null)
        {
            failed($"{who} logs {exception}");
        }
    }
}
