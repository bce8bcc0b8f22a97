using System.Text;

namespace Tests.Simulation.Stores;

/// <summary>What <c>StoreMergeScript</c> does.</summary>
internal static class MergeModel
{
    private const double Removed = 9007199254740991;
    private static readonly string[] OfRequest = ["request", "input", "output", "build", "tls"];

    public static string Run(RedisModel redis, string[] keys, byte[][] values)
    {
        var fields = (int)RedisModel.Number(values[2]);
        var theirs = new Dictionary<string, byte[]>();
        for (var i = 3; i < 3 + fields; i += 2)
        {
            theirs[Encoding.ASCII.GetString(values[i])] = values[i + 1];
        }

        double Ours(string name) => RedisModel.Number(redis.Get(keys[0], name));
        double Theirs(string name) => RedisModel.Number(theirs.GetValueOrDefault(name));
        var (fence, request) = (Ours("fence"), Ours("request"));
        var (theirFence, theirRequest) = (Theirs("fence"), Theirs("request"));
        if (theirFence < fence)
        {
            return "ok";
        }

        if (theirFence == Removed)
        {
            redis.Delete(keys);
        }

        if (theirRequest > request || (theirFence > fence && theirRequest == request))
        {
            redis.Delete(keys[1]);
        }

        if (theirRequest >= request)
        {
            for (var i = 3 + fields; i < values.Length; i += 2)
            {
                redis.SetNew(keys[1], Encoding.ASCII.GetString(values[i]), values[i + 1]);
            }
        }

        var start = redis.Get(keys[0], "base");
        foreach (var (name, value) in theirs.Where(pair => pair.Key != "base"))
        {
            var ofRequest = OfRequest.Contains(name);
            if ((!ofRequest || theirRequest >= request) && (theirFence > fence || ofRequest || redis.Get(keys[0], name) is null))
            {
                redis.Set(keys[0], name, value);
            }
        }

        if (theirs.TryGetValue("base", out var theirStart) && theirRequest >= request
            && Unite(start, redis.Text(keys[2]), theirStart, values[1]) is { } united)
        {
            redis.Set(keys[0], "base", theirStart);
            redis.SetText(keys[2], united);
        }

        return "ok";
    }

    /// <summary>Null if what is ours begins behind theirs: trimming has gone further here.</summary>
    private static byte[]? Unite(byte[]? start, byte[] mine, byte[] theirStart, byte[] theirs)
    {
        if (start is null)
        {
            return theirs;
        }

        var (my, their) = ((long)RedisModel.Number(start), (long)RedisModel.Number(theirStart));
        var (myEnd, theirEnd) = (my + mine.Length, their + theirs.Length);
        if (my > their && my <= theirEnd && myEnd > theirEnd)
        {
            return [.. theirs, .. mine[(int)(theirEnd - my)..]];
        }

        if (my <= their && myEnd >= their && myEnd > theirEnd)
        {
            return mine[(int)(their - my)..];
        }

        return my > theirEnd ? null : theirs;
    }
}
