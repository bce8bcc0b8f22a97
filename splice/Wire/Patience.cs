namespace Splice.Wire;

/// <summary>
/// How long to wait for somebody who says nothing before taking it for dead. Where all are starved of processor time silences
/// of the living grow long, and to move their work makes it worse: so it is twice the longest silence that has ended lately. What
/// was said and got lost is no silence: an interrupted network makes nobody slower afterwards.
/// </summary>
/// <param name="least">Where nobody is late.</param>
/// <param name="most">At any load. A longer silence was no lateness, whoever comes back from it.</param>
/// <param name="time">Tells what is lately: 5 to 10 seconds.</param>
public sealed class Patience(TimeSpan least, TimeSpan most, TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);
    private readonly Lock _turning = new();
    private long _turned = time.GetTimestamp();
    private long _longest;
    private long _longestBefore;

    public TimeSpan Current
    {
        get
        {
            TurnIfDue();
            var longest = Math.Max(Volatile.Read(ref _longest), Volatile.Read(ref _longestBefore));
            return TimeSpan.FromTicks(Math.Clamp(2 * longest, least.Ticks, most.Ticks));
        }
    }

    /// <summary>A silence has ended.</summary>
    /// <param name="silence">How long it was.</param>
    /// <param name="said">How often something was said meanwhile, the last included: all but that got lost.</param>
    public void Heard(TimeSpan silence, ulong said = 1)
    {
        silence /= said;
        if (silence > most)
        {
            return;
        }

        TurnIfDue();
        long longest;
        while ((longest = Volatile.Read(ref _longest)) < silence.Ticks
            && Interlocked.CompareExchange(ref _longest, silence.Ticks, longest) != longest)
        {
            // Somebody else has heard one meanwhile.
        }
    }

    private void TurnIfDue()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _turned)) < Turn)
        {
            return;
        }

        lock (_turning)
        {
            var since = time.GetElapsedTime(_turned);
            if (since >= Turn)
            {
                _longestBefore = since < 2 * Turn ? _longest : 0;
                _longest = 0;
                Volatile.Write(ref _turned, time.GetTimestamp());
            }
        }
    }
}
