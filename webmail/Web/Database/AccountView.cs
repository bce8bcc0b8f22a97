using Npgsql;

namespace Webmail.Web.Database;

/// <summary>One account's rows within one transaction: nobody else's rows can be seen through it.</summary>
internal abstract class AccountView(NpgsqlTransaction transaction, string account)
{
    public string Account => account;

    protected NpgsqlTransaction Transaction => transaction;

    /// <summary>A statement whose $1 is the account.</summary>
    public NpgsqlCommand Sql(string sql, params ReadOnlySpan<object> parameters) => transaction.Sql(sql, [account, .. parameters]);

    public async Task<List<T>> ListAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await rows.ReadAsync())
        {
            list.Add(read(rows));
        }

        return list;
    }

    public async Task<int> RunAsync(string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }
}
