namespace Tests.Simulation.Engine;

/// <summary>Virtual time, as a process sees it: it passes while the process is frozen, but its timers wait.</summary>
internal sealed class ProcessClock(World world, Process process) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => world.NowNs;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(world.NowNs / 100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(world, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(World world, Process process, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime >= TimeSpan.Zero)
            {
                Set(dueTime, period, setting);
            }

            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Set(TimeSpan due, TimeSpan period, int setting) =>
            world.After(due + world.Between(0, 0.05), () => process.Deliver(() =>
            {
                if (setting == _setting)
                {
                    if (period > TimeSpan.Zero)
                    {
                        Set(period, period, setting);
                    }

                    callback();
                }
            }));
    }
}
