using System.Net;
using System.Net.Sockets;

namespace Splice.Daemon.Configuration;

/// <summary>Checks the list <c>addressPairs</c>, and that every backend can be reached in each family it needs.</summary>
internal static class AddressPairSection
{
    public static IReadOnlyList<AddressPair> Check(List<RawAddressPair>? raw, ConfigCheck check, List<string> mistakes)
    {
        var pairs = (raw ?? []).Select((pair, i) => CheckPair($"addressPairs[{i}]", pair, check, mistakes)).ToList();
        check.NotEmpty("addressPairs", pairs.Count);
        foreach (var twice in pairs.SelectMany(pair => (IPAddress[])[pair.Virtual, pair.Inner]).GroupBy(address => address)
            .Where(group => group.Count() > 1 && !group.Key.Equals(IPAddress.None)))
        {
            mistakes.Add($"addressPairs: {twice.Key} occurs {twice.Count()} times; each address belongs to one pair, on one side");
        }

        return pairs;
    }

    /// <summary>Headers are translated within one family only, so whoever serves IPv6 clients needs an IPv6 endpoint.</summary>
    public static void CheckBackends(IReadOnlyList<AddressPair> pairs, IReadOnlyList<BackendConfig> backends, List<string> mistakes)
    {
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            foreach (var twice in backend.EndPoints.GroupBy(endPoint => endPoint.AddressFamily).Where(group => group.Count() > 1))
            {
                mistakes.Add($"backends[{i}].endpoints: {string.Join(" and ", twice)} are both {NameOf(twice.Key)}; give one of each family");
            }

            foreach (var pair in pairs.DistinctBy(pair => pair.Family).Where(pair => !pair.Virtual.Equals(IPAddress.None) && !backend.Has(pair.Family)))
            {
                mistakes.Add($"backends[{i}].endpoints: {backend.Name} has no {NameOf(pair.Family)} endpoint, which clients of {pair.Virtual} need; add one");
            }
        }
    }

    private static AddressPair CheckPair(string key, RawAddressPair raw, ConfigCheck check, List<string> mistakes)
    {
        var pair = new AddressPair(check.Address($"{key}.virtualAddress", raw.VirtualAddress), check.Address($"{key}.innerAddress", raw.InnerAddress));
        if (pair.Family != pair.Inner.AddressFamily && !pair.Virtual.Equals(IPAddress.None) && !pair.Inner.Equals(IPAddress.None))
        {
            mistakes.Add($"{key}: {pair.Virtual} is {NameOf(pair.Family)} and {pair.Inner} is {NameOf(pair.Inner.AddressFamily)}; "
                + "the addresses of a pair are of one family");
        }

        foreach (var local in ((IPAddress[])[pair.Virtual, pair.Inner]).Where(address => address.IsIPv6LinkLocal))
        {
            mistakes.Add($"{key}: {local} is link-local, which means another address on each network; use a global or unique local one");
        }

        return pair;
    }

    private static string NameOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}

/// <summary>A pair as it is written.</summary>
internal sealed record RawAddressPair(string? VirtualAddress = null, string? InnerAddress = null);
