using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>Second factors in the database. A code is counted, checked and used up in one transaction, so that none is good twice.</summary>
internal sealed class SecondFactorStore(NpgsqlDataSource source, FailedSignIns failures, SecondFactorSeal seal, TimeProvider time)
{
    /// <summary>Without remembering the answer: within choices only.</summary>
    public ValueTask<bool> IsOnAsync(string account, CancellationToken cancellationToken) =>
        source.AskAsync(
            "SELECT EXISTS (SELECT FROM second_factor WHERE account = $1 AND confirmed IS NOT NULL)",
            async command =>
            {
                command.Parameters.AddWithValue(account);
                return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
            },
            cancellationToken);

    public ValueTask<SecondFactorState> ReadAsync(MailAccount account, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "second-factor.read",
            token => source.AskAsync(
                """
                SELECT count(factor.account) > 0, count(code.hash)::int
                FROM second_factor factor LEFT JOIN recovery_code code USING (account) WHERE account = $1 AND confirmed IS NOT NULL
                """,
                async command =>
                {
                    command.Parameters.AddWithValue(account.Id);
                    await using var rows = await command.ExecuteReaderAsync(token);
                    await rows.ReadAsync(token);
                    return new SecondFactorState(rows.GetBoolean(0), rows.GetInt32(1));
                },
                token),
            cancellationToken);

    /// <summary>Keeps a new secret until it is confirmed, in place of one that never was. False if the second factor is on.</summary>
    public ValueTask<bool> OfferAsync(MailAccount account, byte[] sealedSecret, CancellationToken cancellationToken) =>
        account.Effects.PerformAsync(
            "second-factor.offer",
            new OnceEffect<bool>(source, time, async transaction =>
            {
                await using var command = transaction.Sql(
                    """
                    INSERT INTO second_factor AS factor (account, sealed_secret, last_step) VALUES ($1, $2, 0)
                    ON CONFLICT (account) DO UPDATE SET sealed_secret = excluded.sealed_secret WHERE factor.confirmed IS NULL
                    """,
                    account.Id,
                    sealedSecret);
                return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
            }),
            cancellationToken);

    /// <summary>Switches the second factor on if the code comes from its secret.</summary>
    public ValueTask<CodeAnswer> ConfirmAsync(
        MailAccount account, string network, string code, byte[][] recoveryHashes, CancellationToken cancellationToken) =>
        WithCodeAsync(
            account,
            "second-factor.confirm",
            network,
            code,
            isOn: false,
            async transaction =>
            {
                await using var confirm = transaction.Sql("UPDATE second_factor SET confirmed = $2 WHERE account = $1", account.Id);
                confirm.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, account.Time.GetUtcNow().UtcDateTime);
                await confirm.ExecuteNonQueryAsync(cancellationToken);
                await using var keep = transaction.Sql(
                    "INSERT INTO recovery_code (account, hash) SELECT $1, unnest($2)", account.Id, recoveryHashes);
                await keep.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>Uses a code up to sign in.</summary>
    public ValueTask<CodeAnswer> UseAsync(MailAccount account, string network, string code, CancellationToken cancellationToken) =>
        WithCodeAsync(account, "second-factor.use", network, code, isOn: true, _ => Task.CompletedTask, cancellationToken);

    /// <summary>Switches the second factor off.</summary>
    public ValueTask<CodeAnswer> RemoveAsync(MailAccount account, string network, string code, CancellationToken cancellationToken) =>
        WithCodeAsync(
            account,
            "second-factor.remove",
            network,
            code,
            isOn: true,
            async transaction =>
            {
                await using var command = transaction.Sql("DELETE FROM second_factor WHERE account = $1", account.Id);
                await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    private ValueTask<CodeAnswer> WithCodeAsync(
        MailAccount account, string name, string network, string code, bool isOn, Func<NpgsqlTransaction, Task> act, CancellationToken cancellationToken) =>
        account.Effects.PerformAsync(
            name,
            new OnceEffect<CodeAnswer>(source, time, async transaction =>
            {
                var attempt = await failures.BeginAsync(transaction, AttemptLimits.Code, account.Id, network);
                if (attempt.Wait is { } wait)
                {
                    return new CodeAnswer(CodeVerdict.TooManyFailures, wait);
                }

                var verdict = await JudgeAsync(transaction, account, code, isOn);
                if (verdict == CodeVerdict.Wrong)
                {
                    return new CodeAnswer(verdict);
                }

                await FailedSignIns.SucceededAsync(transaction, attempt);
                if (verdict == CodeVerdict.Right)
                {
                    await act(transaction);
                }

                return new CodeAnswer(verdict);
            }),
            cancellationToken);

    private async Task<CodeVerdict> JudgeAsync(NpgsqlTransaction transaction, MailAccount account, string code, bool isOn)
    {
        byte[] sealedSecret;
        long lastStep;
        await using (var command = transaction.Sql(
            "SELECT sealed_secret, last_step FROM second_factor WHERE account = $1 AND (confirmed IS NOT NULL) = $2 FOR UPDATE", account.Id, isOn))
        {
            await using var rows = await command.ExecuteReaderAsync();
            if (!await rows.ReadAsync())
            {
                return CodeVerdict.NotThere;
            }

            (sealedSecret, lastStep) = ((byte[])rows[0], rows.GetInt64(1));
        }

        // Somebody who looked over a shoulder must not use the same code once more (RFC 6238 §5.2).
        if (seal.Open(account.Id, sealedSecret) is { } secret
            && new SecondFactorSecret(secret).StepOf(code, account.Time.GetUtcNow()) is { } step && step > lastStep)
        {
            await using var use = transaction.Sql("UPDATE second_factor SET last_step = $2 WHERE account = $1", account.Id, step);
            await use.ExecuteNonQueryAsync();
            return CodeVerdict.Right;
        }

        await using var recover = transaction.Sql(
            "DELETE FROM recovery_code WHERE account = $1 AND hash = $2", account.Id, RecoveryCodes.Hash(account.Id, code));
        return await recover.ExecuteNonQueryAsync() == 1 ? CodeVerdict.Right : CodeVerdict.Wrong;
    }
}
