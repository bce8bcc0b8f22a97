using System.Net;
using DnsClient;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>Asks the name server; what it says of addresses is checked before anybody connects to them.</summary>
internal sealed class NameLookup
{
    private const int AddressesMax = 8;
    private const int RecordsMax = 16;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(3);

    private readonly bool _allowsInternal;
    private readonly LookupClient _client;

    public NameLookup(DiscoveryOptions options)
    {
        _allowsInternal = options.AllowsInternal;
        var settings = options.NameServer is { } server ? new LookupClientOptions(server) : new LookupClientOptions();
        settings.Timeout = TimeMax;
        settings.Retries = 1;
        settings.UseCache = false;
        settings.ThrowDnsErrors = false;
        _client = new LookupClient(settings);
    }

    /// <summary>The addresses of a host, at most eight.</summary>
    /// <exception cref="DiscoveryException">It has none, or one that may not be used; or nobody answers.</exception>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : [
                .. (await AskAsync(host, QueryType.A, cancellationToken)).Answers.ARecords().Select(record => record.Address),
                .. (await AskAsync(host, QueryType.AAAA, cancellationToken)).Answers.AaaaRecords().Select(record => record.Address),
            ];
        if (addresses.Length == 0)
        {
            throw new DiscoveryException($"{host} has no address.");
        }

        // One of several is enough to be refused: which one is taken later is not ours to say.
        return _allowsInternal || addresses.All(PublicAddress.Is)
            ? addresses[..Math.Min(addresses.Length, AddressesMax)]
            : throw new DiscoveryException(
                $"{host} has the address {addresses.First(address => !PublicAddress.Is(address))}, which is not a public one; admin.discoverInternal allows it.");
    }

    /// <summary>Where a service is (RFC 2782), the best first; empty if it is not offered.</summary>
    /// <exception cref="DiscoveryException">Nobody answers.</exception>
    public async Task<IReadOnlyList<(string Host, int Port)>> ServicesAsync(string name, CancellationToken cancellationToken) =>
    [
        .. (await AskAsync(name, QueryType.SRV, cancellationToken)).Answers.SrvRecords()
            .OrderBy(record => record.Priority).ThenByDescending(record => record.Weight)
            .Select(record => (Host: record.Target.Value.TrimEnd('.'), Port: (int)record.Port))
            // A full stop alone says that there decidedly is none (RFC 6186 §3.4).
            .Where(service => service.Port > 0 && Uri.CheckHostName(service.Host) == UriHostNameType.Dns)
            .Take(RecordsMax),
    ];

    private async Task<IDnsQueryResponse> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _client.QueryAsync(name, type, cancellationToken: cancellationToken);
            return response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? response
                : throw new DiscoveryException($"The name server says {response.Header.ResponseCode} to {type} {name}.");
        }
        catch (Exception failure) when (failure is DnsResponseException or ArgumentException or System.Net.Sockets.SocketException)
        {
            throw new DiscoveryException($"The name server does not answer to {type} {name}: {failure.Message}");
        }
    }
}
