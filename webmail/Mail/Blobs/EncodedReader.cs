using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Blobs;

/// <summary>Reads windows of a part as it lies on the mail server (partial FETCH, RFC 3501 §6.4.5).</summary>
internal sealed class EncodedReader(ImapPool pool, Credentials credentials, BlobId blob)
{
    public async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, long count, CancellationToken cancellationToken)
    {
        using var window = await BorrowAsync(offset, count, cancellationToken);
        return window.Memory.ToArray();
    }

    /// <summary>A connection is held for one window only: a slow client must not keep it from others.</summary>
    /// <remarks>Windows are large: made anew each time, they would call for a full collection every few of them.</remarks>
    public Task<EncodedWindow> BorrowAsync(long offset, long count, CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials,
            blob.Email.Mailbox.Name,
            (connection, token) => FetchAsync(connection, checked((int)offset), checked((int)count), token),
            cancellationToken);

    private async Task<EncodedWindow> FetchAsync(
        ImapConnection connection, int offset, int count, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenForContentAsync(blob.Email, cancellationToken);
        if (folder.UidValidity != blob.Email.Validity)
        {
            throw new MailNotFoundException($"Mailbox {blob.Email.Mailbox.Name} was made anew since this id was given out.");
        }

        using var stream = await folder.GetStreamAsync(
            new UniqueId(folder.UidValidity, blob.Email.Uid), blob.Part, offset, count, cancellationToken);
        var window = new EncodedWindow(checked((int)stream.Length));
        try
        {
            await stream.ReadExactlyAsync(window.Memory, cancellationToken);
            return window;
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }
}
