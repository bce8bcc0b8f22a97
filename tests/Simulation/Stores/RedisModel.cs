using System.Globalization;
using System.Text;
using Splice.Store;
using StackExchange.Redis;

namespace Tests.Simulation.Stores;

/// <summary>
/// What the store's scripts do, without a server: each of them in one piece, on keys as Redis has them. Keys do not expire
/// here. A test compares this with a real server, so that it stays true.
/// </summary>
internal sealed class RedisModel
{
    private readonly Dictionary<string, SortedDictionary<string, byte[]>> _hashes = [];
    private readonly Dictionary<string, byte[]> _strings = [];

    public Action<byte[]> Published { get; set; } = _ => { };

    public IEnumerable<string> FlowKeys => _hashes.Keys.Where(key => key.Count(letter => letter == ':') == 1);

    public SortedDictionary<string, byte[]>? Hash(string key) => _hashes.GetValueOrDefault(key);

    public byte[] Text(string key) => _strings.GetValueOrDefault(key) ?? [];

    public RedisResult Run(string script, RedisKey[] keys, RedisValue[] values)
    {
        var call = new Call(this, [.. keys.Select(key => (string)key!)], [.. values.Select(value => (byte[]?)value ?? [])]);
        return script switch
        {
            StoreScripts.RaiseFence => call.RaiseFence(),
            StoreScripts.Commit => Status(call.Fenced(call.Commit)),
            StoreScripts.AppendInput => Status(call.Fenced(call.AppendInput)),
            StoreScripts.EndInput => Status(call.Fenced(call.EndInput)),
            StoreScripts.BeginRequest => Status(call.Fenced(call.BeginRequest)),
            StoreScripts.AppendEntries => Status(call.Fenced(call.AppendEntries)),
            StoreScripts.Complete => Status(call.Fenced(call.Complete)),
            StoreScripts.Cut => Status(call.Fenced(call.Cut)),
            StoreScripts.Remove => Status(call.Remove()),
            StoreScripts.Forget => Status(call.Forget()),
            StoreMergeScript.Flow => MergeModel.Flow(this, call.Keys, call.Values),
            StoreMergeScript.Input => MergeModel.Input(this, call.Keys, call.Values),
            StoreScripts.ReadInput => call.ReadInput(),
            StoreScripts.ReadInputEnd => call.ReadInputEnd(),
            StoreScripts.Export => call.Export(),
            SnapshotMerge.ReadFlow => call.Fields("fence", "record", "request", "input", "output", "complete", "build"),
            SnapshotMerge.ReadJournal => RedisResult.Create(
                [call.Fields("fence", "request", "input", "output", "tls"), Pairs(Hash(call.Keys[1]))]),
            _ => throw new InvalidOperationException("a script that this model does not know: teach it"),
        };
    }

    public byte[]? Get(string key, string field) => _hashes.GetValueOrDefault(key)?.GetValueOrDefault(field);

    public void Set(string key, string field, byte[] value)
    {
        if (!_hashes.TryGetValue(key, out var hash))
        {
            _hashes[key] = hash = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        }

        hash[field] = value;
    }

    public void SetNew(string key, string field, byte[] value)
    {
        if (Get(key, field) is null)
        {
            Set(key, field, value);
        }
    }

    public void SetText(string key, byte[] value)
    {
        _strings[key] = value;
        if (value.Length == 0)
        {
            _strings.Remove(key);
        }
    }

    public void Delete(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _hashes.Remove(key);
            _strings.Remove(key);
        }
    }

    /// <summary>Input at an absolute offset. It never fills a piece here (<c>InputPieces</c>), so it is one string.</summary>
    public string Append(string flow, string input, byte[] offset, byte[] bytes, double max)
    {
        if (Get(flow, "base") is null)
        {
            Set(flow, "base", offset);
            SetText(input, []);
        }

        var logged = Text(input);
        var at = (int)(Number(offset) - Number(Get(flow, "base")));
        if (at > logged.Length)
        {
            return "gap";
        }

        if (at < 0)
        {
            (bytes, at) = (bytes[Math.Min(bytes.Length, -at)..], 0);
        }

        if (bytes.Length == 0)
        {
            return "ok";
        }

        if (at + bytes.Length > max)
        {
            return "full";
        }

        SetText(input, [.. logged[..at], .. bytes, .. logged[Math.Min(logged.Length, at + bytes.Length)..]]);
        return "ok";
    }

    public void Trim(string flow, string input, byte[] offset)
    {
        var start = Get(flow, "base");
        if (start is null || Number(offset) > Number(start))
        {
            Set(flow, "base", offset);
            var logged = Text(input);
            SetText(input, start is null ? [] : logged[(int)Math.Min(logged.Length, Number(offset) - Number(start))..]);
        }
    }

    public static double Number(byte[]? text) => text is null ? 0 : double.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture);

    public static RedisResult Pairs(SortedDictionary<string, byte[]>? hash) => RedisResult.Create(
        (hash ?? []).SelectMany(pair => new[] { Bulk(Encoding.ASCII.GetBytes(pair.Key)), Bulk(pair.Value) }).ToArray());

    public static RedisResult Bulk(byte[]? bytes) => RedisResult.Create((RedisValue)bytes, ResultType.BulkString);

    public static RedisResult Status(string text) => RedisResult.Create((RedisValue)text, ResultType.BulkString);
}
