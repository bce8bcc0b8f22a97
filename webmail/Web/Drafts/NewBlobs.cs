using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Blobs;
using Webmail.Web.Database;
using Webmail.Web.Jmap;
using Webmail.Web.Journal;

namespace Webmail.Web.Drafts;

/// <summary>What uploads and messages hold and drafts are to have: read before anything is locked, for that may take long.</summary>
internal sealed class NewBlobs(BlobReader reader)
{
    private readonly Dictionary<string, (NewBlob? Blob, SetError? Error)> _read = new(StringComparer.Ordinal);

    /// <summary>Within an effect. What cannot be had is said where it is asked for.</summary>
    public async Task ReadAsync(MailAccount account, IEnumerable<string> blobIds, CancellationToken cancellationToken)
    {
        var unrecorded = account with { Choices = new UnrecordedChoices() };
        foreach (var id in blobIds.Where(id => !DraftIds.IsBlob(id)))
        {
            _read[id] = _read.Values.Sum(read => read.Blob?.Content.Length ?? 0) > DraftLimits.NewBlobBytesMax
                ? (null, new SetError("tooLarge", $"All attachments that one call brings have at most {DraftLimits.NewBlobBytesMax} bytes."))
                : await TryAsync(unrecorded, id, cancellationToken);
        }
    }

    /// <exception cref="SetException">It cannot be had.</exception>
    public NewBlob Get(string blobId) => _read[blobId] is { Blob: { } blob } ? blob : throw new SetException(_read[blobId].Error!);

    private async Task<(NewBlob? Blob, SetError? Error)> TryAsync(MailAccount account, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(account, id, cancellationToken) switch
            {
                null => (null, Missing(id)),
                { Content: { } found } => (new NewBlob(DraftIds.OfBlob(found.Content.Span), found.Type, found.Content), null),
                _ => (null, new SetError("tooLarge", $"An attachment has at most {BlobReader.BytesMax} bytes.")),
            };
        }
        catch (Exception failure) when (failure is MailUnavailableException or DatabaseUnavailableException)
        {
            return (null, new SetError("serverUnavailable", FailureText.Of(failure)));
        }
        catch (Exception failure) when (failure is MailCommandException or MailNotFoundException)
        {
            return (null, Missing(id));
        }
    }

    public static SetError Missing(string id) => new("blobNotFound", $"The attachment {id} is not there; attach it again.") { NotFound = [id] };
}

/// <summary>An attachment that drafts do not have yet.</summary>
internal sealed record NewBlob(string Id, string Type, ReadOnlyMemory<byte> Content);
