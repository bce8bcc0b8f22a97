using Webmail.Mail.Seams;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Web.Jmap;

namespace Webmail.Web.Blobs;

/// <summary>Finds the content of a script by blob id: an upload, or what another script holds.</summary>
internal sealed class ScriptBlobs(UploadStore uploads, ScriptReader scripts)
{
    public const string Type = "application/sieve";

    /// <exception cref="SetException">There is no such blob, or it is too large for a script.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(MailAccount account, string? blobId, CancellationToken cancellationToken)
    {
        if (ScriptBlobId.TryParse(blobId, out var script) && await scripts.FindAsync(account, script, cancellationToken) is { } content)
        {
            return content;
        }

        if (!UploadId.TryParse(blobId, out var id) || await uploads.FindAsync(account, id, cancellationToken) is not { } upload)
        {
            throw new SetException("blobNotFound", $"The script's content {blobId} is not there; upload it again.");
        }

        return upload.Content.Length <= SieveLimits.ScriptBytesMax
            ? upload.Content
            : throw new SetException("tooLarge", $"A script has at most {SieveLimits.ScriptBytesMax} bytes.");
    }
}
