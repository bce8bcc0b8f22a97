using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Webmail.Web.Domains;

/// <summary>
/// The domain map as this process knows it: the whole of it, replaced at each change. While the database is away the last one holds;
/// before there is one nobody is led anywhere, for the configured servers may not be theirs.
/// </summary>
internal sealed class DomainMap(DomainStore store, WebmailConfig config) : IMailServers, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IReadOnlyDictionary<string, MappedDomain>? _domains;

    /// <summary>What the configuration file says: for all domains that the map does not lead elsewhere.</summary>
    public MailServers Configured { get; } = new(config.Imap, config.Submission, config.Sieve);

    public async ValueTask<MailServers> FindAsync(string username, CancellationToken cancellationToken)
    {
        var domains = _domains ?? await FirstAsync(cancellationToken);
        return Find(domains, DomainName.Of(username));
    }

    /// <exception cref="DatabaseUnavailableException">The database does not answer; what was known still holds.</exception>
    /// <exception cref="PostgresException">The table is not there yet.</exception>
    public async Task<IReadOnlyDictionary<string, MappedDomain>> ReloadAsync(CancellationToken cancellationToken)
    {
        // One at a time, so that none that began earlier ends later.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var rows = await store.ListAsync(cancellationToken);
            return _domains = rows.ToDictionary(row => row.Domain, StringComparer.Ordinal);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyDictionary<string, MappedDomain>> FirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReloadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is NpgsqlException or DatabaseUnavailableException)
        {
            throw new MailUnavailableException($"Which mail server is responsible is not known yet ({failure.Message}).");
        }
    }

    private MailServers Find(IReadOnlyDictionary<string, MappedDomain> domains, string domain)
    {
        if (!domains.TryGetValue(domain, out var row) && !domains.TryGetValue(DomainName.Any, out row))
        {
            return Configured;
        }

        return row.Servers
            ?? throw new MailUnavailableException($"The settings of the mail domain {row.Domain} cannot be read ({string.Join("; ", row.Mistakes)}).");
    }
}
