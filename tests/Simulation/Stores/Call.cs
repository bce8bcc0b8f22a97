using System.Text;
using StackExchange.Redis;

namespace Tests.Simulation.Stores;

/// <summary>One run of a script: its keys, its arguments, and what each of <c>StoreScripts</c> does with them.</summary>
internal sealed class Call(RedisModel redis, string[] keys, byte[][] values)
{
    private const long ExpiryMilliseconds = 7_200_000;

    public string[] Keys => keys;

    public byte[][] Values => values;

    private string Flow => keys[0];

    public string Fenced(Func<string> write)
    {
        var stored = redis.Get(Flow, "fence") ?? "0"u8.ToArray();
        if (RedisModel.Number(values[0]) < RedisModel.Number(stored))
        {
            return "fence:" + Encoding.ASCII.GetString(stored);
        }

        if (!values[0].AsSpan().SequenceEqual(stored))
        {
            redis.Set(Flow, "fence", values[0]);
        }

        return write();
    }

    public RedisResult RaiseFence()
    {
        var stored = redis.Get(Flow, "fence") ?? "0"u8.ToArray();
        var isTaken = values[0].AsSpan().SequenceEqual(stored) && !values[2].AsSpan().SequenceEqual(redis.Get(Flow, "raiser"));
        if (RedisModel.Number(values[0]) < RedisModel.Number(stored) || isTaken)
        {
            return RedisModel.Status("fence:" + Encoding.ASCII.GetString(stored));
        }

        redis.Set(Flow, "fence", values[0]);
        redis.Set(Flow, "raiser", values[2]);
        return values.Length > 3 ? Input(values[3]) : RedisModel.Status("ok");
    }

    public string Commit()
    {
        redis.Set(Flow, "record", values[2]);
        var answer = redis.Append(Flow, keys[1], values[3], values[4], RedisModel.Number(values[5]));
        redis.Published(values[7]);
        return answer;
    }

    public string AppendInput()
    {
        var begins = values.Length > 5 && RedisModel.Number(values[5]) > RedisModel.Number(redis.Get(Flow, "request"));
        if (begins && values[2].AsSpan().SequenceEqual(values[6]) && values[3].Length <= RedisModel.Number(values[4]))
        {
            SetRequest(values[5], values[6], values[7]);
            redis.Set(Flow, "base", values[2]);
            redis.SetText(keys[1], values[3]);
            return "ok";
        }

        var answer = redis.Append(Flow, keys[1], values[2], values[3], RedisModel.Number(values[4]));
        if (begins)
        {
            SetRequest(values[5], values[6], values[7]);
            redis.Trim(Flow, keys[1], values[6]);
        }

        return answer;
    }

    public string BeginRequest()
    {
        var (stored, request) = (RedisModel.Number(redis.Get(Flow, "request")), RedisModel.Number(values[2]));
        if (request < stored)
        {
            return "ok";
        }

        if (request > stored)
        {
            redis.Delete(keys[1]);
            SetRequest(values[2], values[3], values[4]);
            redis.Set(Flow, "build", values[5]);
            if (values[6].Length > 0)
            {
                redis.Set(Flow, "tls", values[6]);
            }

            redis.Trim(Flow, keys[2], values[3]);
        }
        else if (values[5].Length > 0)
        {
            redis.Set(Flow, "build", values[5]);
        }

        Entries(7);
        return "ok";
    }

    public string AppendEntries() => OfRequest(() => Entries(3));

    public string EndInput()
    {
        redis.Set(Flow, "fin", values[2]);
        return "ok";
    }

    public string Complete()
    {
        if (values.Length > 6)
        {
            return OfRequest(() =>
            {
                Entries(6);
                EndOutput();
            });
        }

        EndOutput();
        return "ok";
    }

    public string Cut()
    {
        redis.Published(values[3]);
        return "ok";
    }

    public string Remove()
    {
        var stored = redis.Get(Flow, "fence") ?? "0"u8.ToArray();
        if (stored.AsSpan().SequenceEqual(values[2]))
        {
            return "ok";
        }

        if (RedisModel.Number(values[0]) < RedisModel.Number(stored))
        {
            return "fence:" + Encoding.ASCII.GetString(stored);
        }

        redis.Delete(keys);
        redis.Set(Flow, "fence", values[2]);
        redis.Published(values[4]);
        return "ok";
    }

    public string Forget()
    {
        redis.Delete(keys);
        return "ok";
    }

    public RedisResult ReadInput() => Input(values[0]);

    private RedisResult Input(byte[] from)
    {
        if (redis.Get(Flow, "base") is not { } start)
        {
            return RedisResult.Create(Array.Empty<RedisResult>());
        }

        var input = redis.Text(keys[1]);
        var at = (int)Math.Max(0, Math.Min(input.Length, RedisModel.Number(from) - RedisModel.Number(start)));
        return RedisResult.Create(
        [
            RedisModel.Bulk(start), RedisModel.Bulk(input[at..]),
            RedisModel.Bulk(redis.Get(Flow, "fence") ?? "0"u8.ToArray()), RedisModel.Bulk(redis.Get(Flow, "request") ?? "0"u8.ToArray()),
            RedisModel.Bulk(redis.Get(Flow, "build") ?? []),
        ]);
    }

    public RedisResult ReadInputEnd() => redis.Get(Flow, "base") is { } start
        ? RedisResult.Create([RedisModel.Bulk(Encoding.ASCII.GetBytes($"{RedisModel.Number(start) + redis.Text(keys[1]).Length:0}")), RedisModel.Bulk(redis.Get(Flow, "fin"))])
        : RedisResult.Create(Array.Empty<RedisResult>());

    public RedisResult Export() => RedisResult.Create(
    [
        RedisModel.Pairs(redis.Hash(keys[0])), RedisModel.Pairs(redis.Hash(keys[1])),
        RedisResult.Create((RedisValue)ExpiryMilliseconds, ResultType.Integer),
        RedisModel.Bulk(redis.Get(Flow, "base") ?? []), RedisModel.Bulk(redis.Get(Flow, "base") ?? []), RedisModel.Bulk(redis.Text(keys[2])),
    ]);

    public RedisResult Fields(params string[] names) =>
        RedisResult.Create(names.Select(name => RedisModel.Bulk(redis.Get(Flow, name))).ToArray());

    private void SetRequest(byte[] number, byte[] input, byte[] output)
    {
        redis.Set(Flow, "request", number);
        redis.Set(Flow, "input", input);
        redis.Set(Flow, "output", output);
    }

    private void EndOutput()
    {
        redis.Set(Flow, "complete", values[3]);
        redis.Published(values[5]);
    }

    private string OfRequest(Action write)
    {
        var (stored, request) = (RedisModel.Number(redis.Get(Flow, "request")), RedisModel.Number(values[2]));
        if (request == stored)
        {
            write();
        }

        return request > stored ? "gap" : "ok";
    }

    private void Entries(int from)
    {
        for (var i = from; i < values.Length; i += 2)
        {
            redis.SetNew(keys[1], Encoding.ASCII.GetString(values[i]), values[i + 1]);
        }
    }
}
