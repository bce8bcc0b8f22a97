using Npgsql;

namespace Tests.Unit.Webmail.Database;

/// <summary>What a program relies on that reads and writes the tables.</summary>
/// <param name="Columns">Their types, and whether a row can be written that does not name them; by table and column.</param>
/// <param name="Rules">By table and name: checks, keys and unique indexes, which refuse rows and tell which are there already.</param>
internal sealed record Catalogue(IReadOnlyDictionary<string, (string Type, bool IsDemanded)> Columns, IReadOnlySet<string> Rules)
{
    public static async Task<Catalogue> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var columns = await ReadAsync(
            source,
            """
            SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
            WHERE a.attnum > 0 AND NOT a.attisdropped
            """,
            row => (row.GetString(0), (row.GetString(1), row.GetBoolean(2))),
            cancellationToken);
        var rules = await ReadAsync(
            source,
            """
            SELECT c.relname || '.' || o.conname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
            UNION SELECT c.relname || '.' || i.relname
            FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid AND c.relkind = 'r' JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indisunique
            """,
            row => row.GetString(0),
            cancellationToken);
        return new Catalogue(columns.ToDictionary(column => column.Item1, column => column.Item2), rules.ToHashSet());
    }

    /// <summary>What a program made for the tables before would stumble over.</summary>
    public IReadOnlyList<string> Breaks(Catalogue before)
    {
        var tables = before.Columns.Keys.Select(TableOf).ToHashSet();
        return
        [
            .. tables.Except(Columns.Keys.Select(TableOf)),
            .. before.Columns.Where(column => !Columns.TryGetValue(column.Key, out var now) || now.Type != column.Value.Type).Select(column => column.Key),
            .. Columns.Where(column => column.Value.IsDemanded && tables.Contains(TableOf(column.Key)))
                .Where(column => !before.Columns.TryGetValue(column.Key, out var old) || !old.IsDemanded).Select(column => column.Key),
            .. Rules.Except(before.Rules).Where(rule => tables.Contains(TableOf(rule))),
            // ON CONFLICT names them.
            .. before.Rules.Except(Rules),
        ];
    }

    private static string TableOf(string name) => name.Split('.')[0];

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            list.Add(read(rows));
        }

        return list;
    }
}
