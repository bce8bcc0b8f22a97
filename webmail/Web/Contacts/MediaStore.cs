using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs;
using Webmail.Web.Database;

namespace Webmail.Web.Contacts;

/// <summary>Reads the content of photos for downloads and exports.</summary>
internal sealed class MediaStore(NpgsqlDataSource source)
{
    /// <summary>The content never changes under its hash, so the journal keeps that only; the type and the existence are a choice.</summary>
    public async ValueTask<Upload?> FindAsync(MailAccount account, string hash, CancellationToken cancellationToken)
    {
        var type = await account.Choices.ChooseAsync("contacts.media", token => ReadAsync<string>("media_type", token), cancellationToken);
        return type is null
            ? null
            : new Upload(type, await account.Choices.FetchAsync(
                $"contact media {hash}", async token => await ReadAsync<byte[]>("content", token), cancellationToken));

        ValueTask<T?> ReadAsync<T>(string column, CancellationToken token)
            where T : class =>
            source.AskAsync(
                $"SELECT {column} FROM contact_media WHERE account = $1 AND hash = $2",
                async command =>
                {
                    command.Parameters.AddWithValue(account.Id);
                    command.Parameters.AddWithValue(hash);
                    return (T?)await command.ExecuteScalarAsync(token);
                },
                token);
    }
}
