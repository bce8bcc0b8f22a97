namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Writes a script so that each refusal says what it is about.</summary>
internal static class ScriptStoring
{
    public static async Task<ScriptOutcome> StoreAsync(
        this SieveConnection connection, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // Asked first: what is left to refuse afterwards is the script itself.
        var space = await SpaceAsync(connection, name, content, cancellationToken);
        return space.Refusal is null
            ? ScriptOutcome.Of(await connection.PutAsync(name, content, cancellationToken), "invalidSieve")
            : space;
    }

    /// <summary>What <see cref="StoreAsync"/> would say, as far as that can be known before.</summary>
    public static async Task<ScriptOutcome> TryStoreAsync(
        this SieveConnection connection, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var space = await SpaceAsync(connection, name, content, cancellationToken);
        return space.Refusal is null
            ? ScriptOutcome.Of(await connection.CheckAsync(content, cancellationToken), "invalidSieve")
            : space;
    }

    private static async Task<ScriptOutcome> SpaceAsync(
        SieveConnection connection, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        ScriptOutcome.Of(await connection.HaveSpaceAsync(name, content.Length, cancellationToken), "invalidProperties");
}
