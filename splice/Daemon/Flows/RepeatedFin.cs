namespace Splice.Daemon.Flows;

/// <summary>A FIN that is lost is sent again until it is acknowledged, as a TCP would.</summary>
internal static class RepeatedFin
{
    /// <summary>The last one waits for a little longer than a minute: by then an end that lives has answered.</summary>
    private const int SendsMax = 9;

    /// <summary>As short as TCP's own (RFC 6298 and Linux: 200 ms).</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <param name="isLacking">False once it is acknowledged, or nobody has to send it any more.</param>
    /// <param name="send">Sends it once.</param>
    /// <param name="time">Measures the pauses.</param>
    public static async Task SendAsync(Func<bool> isLacking, Action send, TimeProvider time)
    {
        var pause = FirstPause;
        for (var sends = 0; sends < SendsMax && isLacking(); sends++)
        {
            send();
            await Task.Delay(pause, time);
            pause *= 2;
        }
    }
}
