using Npgsql;

namespace Webmail.Web.Database;

/// <summary>Takes the tables from step to step: in one transaction, so all of it or nothing, and under a lock that only one process has.</summary>
internal sealed class Migration(NpgsqlDataSource source)
{
    /// <summary>Does what is still to be done up to a step. A database that is ahead, made by a newer version, is left as it is.</summary>
    public Task ForwardAsync(int toStep, CancellationToken cancellationToken) => RunAsync(
        async transaction =>
        {
            await ExecuteAsync(transaction, "CREATE TABLE IF NOT EXISTS schema_step (step int PRIMARY KEY)", cancellationToken);
            var done = await StepAsync(transaction, cancellationToken);
            foreach (var step in Schema.Steps.Where(step => step.Number > done && step.Number <= toStep))
            {
                await ExecuteAsync(transaction, step.Forward, cancellationToken);
                await ExecuteAsync(transaction, "INSERT INTO schema_step VALUES ($1)", cancellationToken, step.Number);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Undoes the last step; which one that was.</summary>
    /// <exception cref="SchemaException">There is no way back.</exception>
    public Task<SchemaStep> BackAsync(CancellationToken cancellationToken) => RunAsync(
        async transaction =>
        {
            var known = await ExecuteAsync(transaction, "SELECT to_regclass('schema_step') IS NOT NULL", cancellationToken) is true;
            var done = known ? await StepAsync(transaction, cancellationToken) : 0;
            if (done > Schema.Steps.Count)
            {
                throw new SchemaException($"the database is at step {done}, and this version knows {Schema.Steps.Count} steps; call the version that made it");
            }

            var step = Schema.Steps.FirstOrDefault(one => one.Number == done)
                ?? throw new SchemaException("the database holds no tables of the webmail; there is nothing to undo");
            var back = step.Back ?? throw new SchemaException($"step {step.Name} cannot be undone; restore a backup from before it instead");
            await ExecuteAsync(transaction, back, cancellationToken);
            await ExecuteAsync(transaction, "DELETE FROM schema_step WHERE step = $1", cancellationToken, step.Number);
            return step;
        },
        cancellationToken);

    private async Task<T> RunAsync<T>(Func<NpgsqlTransaction, Task<T>> run, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(transaction, $"SELECT pg_advisory_xact_lock({Schema.AdvisoryLock})", cancellationToken);
        var result = await run(transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static async Task<int> StepAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        (int)(await ExecuteAsync(transaction, "SELECT coalesce(max(step), 0) FROM schema_step", cancellationToken))!;

    private static async Task<object?> ExecuteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = transaction.Sql(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
