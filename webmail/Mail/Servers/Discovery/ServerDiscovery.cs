using MailKit.Security;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>
/// Asks a domain where its mail servers are: by SRV records (RFC 6186, 8314 §5.1, 5804 §1.8), then by Mozilla's autoconfig file. Anybody
/// can write either; what is found is proposed to the administrator, never used by itself.
/// </summary>
public sealed class ServerDiscovery(DiscoveryOptions options)
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(40);

    /// <summary>The best first: protected from the first byte (RFC 8314 §3).</summary>
    private static readonly (string Service, ServerKind Kind, SecureSocketOptions Security)[] Services =
    [
        ("_imaps._tcp", ServerKind.Imap, SecureSocketOptions.SslOnConnect),
        ("_imap._tcp", ServerKind.Imap, SecureSocketOptions.StartTls),
        ("_submissions._tcp", ServerKind.Submission, SecureSocketOptions.SslOnConnect),
        ("_submission._tcp", ServerKind.Submission, SecureSocketOptions.StartTls),
        ("_sieve._tcp", ServerKind.Sieve, SecureSocketOptions.StartTls),
    ];

    /// <param name="domain">In ASCII.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DiscoveryResult> DiscoverAsync(string domain, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeMax);
        var search = new Search(new NameLookup(options));
        try
        {
            foreach (var (service, kind, security) in Services)
            {
                await AskServiceAsync(search, $"{service}.{domain}", kind, security, deadline.Token);
            }

            // The domain's own name server has the first word, and often the last.
            if (!search.Has(ServerKind.Imap) || !search.Has(ServerKind.Submission))
            {
                await AskFilesAsync(search, domain, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            search.Problems.Add($"Not everything was found out within {TimeMax.TotalSeconds:0} s.");
        }

        return new DiscoveryResult(Best(search.Found), search.Found, search.Problems);
    }

    private static Task AskServiceAsync(Search search, string name, ServerKind kind, SecureSocketOptions security, CancellationToken cancellationToken) =>
        search.TryAsync(async () =>
        {
            foreach (var (host, port) in await search.Names.ServicesAsync(name, cancellationToken))
            {
                await search.AddAsync(new FoundServer(kind, new MailServerOptions(host, port, security), name), cancellationToken);
            }
        });

    private async Task AskFilesAsync(Search search, string domain, CancellationToken cancellationToken)
    {
        using var fetch = new AutoconfigFetch(options, search.Names);
        foreach (var place in fetch.PlacesOf(domain))
        {
            await search.TryAsync(async () =>
            {
                foreach (var server in AutoconfigFile.Read(await fetch.ReadAsync(place, cancellationToken), domain, place.ToString()))
                {
                    await search.AddAsync(server, cancellationToken);
                }
            });
            if (search.Has(ServerKind.Imap) && search.Has(ServerKind.Submission))
            {
                return;
            }
        }
    }

    private static MailServers? Best(List<FoundServer> found)
    {
        var imap = found.Find(server => server.Kind == ServerKind.Imap);
        var submission = found.Find(server => server.Kind == ServerKind.Submission);
        return imap is null || submission is null
            ? null
            : new MailServers(imap.Server, submission.Server, found.Find(server => server.Kind == ServerKind.Sieve)?.Server)
            {
                Authentication = imap.Authentication ?? Authentication.Password,
                UserName = imap.UserName ?? UserNameForm.Address,
            };
    }

    private sealed class Search(NameLookup names)
    {
        public NameLookup Names => names;

        public List<FoundServer> Found { get; } = [];

        public List<string> Problems { get; } = [];

        public bool Has(ServerKind kind) => Found.Exists(server => server.Kind == kind);

        /// <summary>Only what leads where it may.</summary>
        public Task AddAsync(FoundServer server, CancellationToken cancellationToken) => TryAsync(async () =>
        {
            await names.AddressesAsync(server.Server.Host, cancellationToken);
            Found.Add(server);
        });

        public async Task TryAsync(Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (DiscoveryException problem)
            {
                Problems.Add(problem.Message);
            }
        }
    }
}
