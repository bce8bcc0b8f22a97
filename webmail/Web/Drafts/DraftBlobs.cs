using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs;
using Webmail.Web.Database;

namespace Webmail.Web.Drafts;

/// <summary>Reads the attachments of drafts.</summary>
internal sealed class DraftBlobs(NpgsqlDataSource source)
{
    /// <summary>The content never changes under its hash, so the journal keeps that only; the type and the existence are a choice.</summary>
    public async ValueTask<Upload?> FindAsync(MailAccount account, string id, CancellationToken cancellationToken)
    {
        var type = await account.Choices.ChooseAsync("drafts.blob", token => ReadAsync<string>("media_type", account.Id, id, token), cancellationToken);
        return type is null
            ? null
            : new Upload(type, await account.Choices.FetchAsync($"draft blob {id}", async token => await ContentAsync(account.Id, id, token), cancellationToken));
    }

    /// <summary>Without remembering; null if there is no such one.</summary>
    public ValueTask<byte[]?> ContentAsync(string account, string id, CancellationToken cancellationToken) => ReadAsync<byte[]>("content", account, id, cancellationToken);

    private ValueTask<T?> ReadAsync<T>(string column, string account, string id, CancellationToken cancellationToken)
        where T : class => source.AskAsync(
        $"SELECT {column} FROM draft_blob WHERE account = $1 AND id = $2",
        async command =>
        {
            command.Parameters.AddWithValue(account);
            command.Parameters.AddWithValue(id);
            return (T?)await command.ExecuteScalarAsync(cancellationToken);
        },
        cancellationToken);
}
