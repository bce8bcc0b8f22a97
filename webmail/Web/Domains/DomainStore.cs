using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Servers;
using Webmail.Web.Database;

namespace Webmail.Web.Domains;

/// <summary>A row of the domain map.</summary>
/// <param name="Servers">Null if the row cannot be read; <paramref name="Mistakes"/> says why.</param>
internal sealed record MappedDomain(string Domain, MailServers? Servers, IReadOnlyList<string> Mistakes);

/// <summary>The domain map in the database. Every change is announced to all backends.</summary>
internal sealed class DomainStore(NpgsqlDataSource source)
{
    public const string Channel = "mail_domain";
    public const int DomainsMax = 10_000;

    /// <summary>All rows, ordered by domain.</summary>
    public async ValueTask<IReadOnlyList<MappedDomain>> ListAsync(CancellationToken cancellationToken) =>
        await source.ListAsync("SELECT domain, settings FROM mail_domain ORDER BY domain LIMIT $1", Read, cancellationToken, DomainsMax);

    /// <summary>False if there are <see cref="DomainsMax"/> others.</summary>
    public ValueTask<bool> PutAsync(string domain, MailServers servers, CancellationToken cancellationToken) => ChangeAsync(
        """
        INSERT INTO mail_domain (domain, settings)
        SELECT $1, $2 WHERE (SELECT count(*) FROM mail_domain WHERE domain <> $1) < $3
        ON CONFLICT (domain) DO UPDATE SET settings = excluded.settings
        """,
        command =>
        {
            command.Parameters.AddWithValue(domain);
            command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, DomainSettings.Write(servers).ToJsonString());
            command.Parameters.AddWithValue(DomainsMax);
        },
        cancellationToken);

    /// <summary>False if the map does not name it.</summary>
    public ValueTask<bool> RemoveAsync(string domain, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM mail_domain WHERE domain = $1", command => command.Parameters.AddWithValue(domain), cancellationToken);

    private ValueTask<bool> ChangeAsync(string sql, Action<NpgsqlCommand> fill, CancellationToken cancellationToken) => source.AskAsync(
        $"WITH changed AS ({sql} RETURNING domain) SELECT pg_notify('{Channel}', domain) FROM changed",
        async command =>
        {
            fill(command);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken);
        },
        cancellationToken);

    private static MappedDomain Read(NpgsqlDataReader row)
    {
        using var settings = JsonDocument.Parse(row.GetString(1));
        var (servers, mistakes) = DomainSettings.Read(settings.RootElement);
        return new MappedDomain(row.GetString(0), servers, mistakes);
    }
}
