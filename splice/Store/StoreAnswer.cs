using StackExchange.Redis;

namespace Splice.Store;

internal enum AnswerKind
{
    Ok,
    OlderFence,
    Gap,
    Full,
    Unreachable,
}

/// <summary>What one node said to one write or read.</summary>
internal readonly record struct StoreAnswer(AnswerKind Kind, RedisResult? Result, string Detail)
{
    private const string FencePrefix = "fence:";

    public static StoreAnswer OfWrite(RedisResult result)
    {
        if (result.Resp2Type == ResultType.Array)
        {
            return OfRead(result);
        }

        var text = (string?)result ?? "";
        return text switch
        {
            "ok" => new(AnswerKind.Ok, result, text),
            "gap" => new(AnswerKind.Gap, result, text),
            "full" => new(AnswerKind.Full, result, text),
            _ when text.StartsWith(FencePrefix, StringComparison.Ordinal) =>
                new(AnswerKind.OlderFence, result, text[FencePrefix.Length..]),
            _ => new(AnswerKind.Unreachable, result, $"unexpected answer {text}"),
        };
    }

    public static StoreAnswer OfRead(RedisResult result) => new(AnswerKind.Ok, result, "");

    public static StoreAnswer Unreachable(string why) => new(AnswerKind.Unreachable, null, why);
}
