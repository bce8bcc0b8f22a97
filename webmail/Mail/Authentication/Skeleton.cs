using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Webmail.Mail.Authentication;

/// <summary>What a domain looks like: letters that are taken for each other become one (after UTS #39, for those that domains are made of).</summary>
internal static class Skeleton
{
    private static readonly FrozenDictionary<char, string> Looks = new Dictionary<string, string>
    {
        ["a"] = "аàáâãäåāăąɑα", ["b"] = "ьƅ", ["c"] = "сçćčϲ", ["d"] = "ԁďđ", ["e"] = "еèéêëēęěҽ", ["g"] = "ɡğġ", ["h"] = "һħ", ["j"] = "јϳ", ["k"] = "кκ",
        ["l"] = "i1ı|íìîïіɩӏłĺľι!", ["m"] = "мɱ", ["n"] = "пñńňո", ["o"] = "0оοòóôõöøōőσօ", ["p"] = "рρ", ["q"] = "ԛ", ["r"] = "гŕř", ["s"] = "ѕśşš5",
        ["t"] = "тţťτ", ["u"] = "υùúûüūůűս", ["v"] = "νѵ", ["w"] = "ԝωѡ", ["x"] = "хχ", ["y"] = "уýÿγ", ["z"] = "źżžᴢ", ["-"] = "‐‑–—",
    }.SelectMany(pair => pair.Value.Select(look => (look, pair.Key))).ToFrozenDictionary(pair => pair.look, pair => pair.Key);

    public static string Of(string domain)
    {
        var text = domain;
        try
        {
            text = new IdnMapping().GetUnicode(domain);
        }
        catch (ArgumentException)
        {
            // No name by IDNA looks like what it is written as.
        }

        var skeleton = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            skeleton.Append(Looks.TryGetValue(character, out var look) ? look : character.ToString());
        }

        return skeleton.ToString().Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal).Replace("cl", "d", StringComparison.Ordinal);
    }
}
