using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Web.Blobs;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>Takes the content of photos out of cards and keeps it under its hash (RFC 9610 §3: blobId instead of a "data:" URI).</summary>
internal sealed class MediaWriter(ContactChanges changes)
{
    /// <summary>How long content that no card shows any longer can still be downloaded.</summary>
    private const string UnusedLifetime = "1 day";

    /// <summary>Stores what is new and replaces it in the card by its blob id; the hashes of all.</summary>
    public async Task<string[]> StoreAsync(JsonObject card)
    {
        var hashes = new List<string>();
        foreach (var item in (card["media"] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>())
        {
            var uri = JmapCall.AsText(item["uri"]);
            if (JmapCall.AsText(item["blobId"]) is { } blobId)
            {
                hashes.Add(await FromBlobAsync(item, blobId));
                item.Remove("uri");
            }
            else if (uri is not null && CardMedia.IsData(uri))
            {
                hashes.Add(await StoreAsync(item, CardMedia.Parse(uri) ?? throw Invalid($"A \"data:\" URI has at most {CardLimits.MediaBytesMax} bytes.")));
                item.Remove("uri");
            }
            else if (uri is not { Length: > 0 })
            {
                throw Invalid("A medium has a uri or a blobId.");
            }
        }

        return [.. hashes];
    }

    private async Task<string> FromBlobAsync(JsonObject item, string blobId)
    {
        if (ContactIds.TryParseMedia(blobId, out var hash)
            && await changes.ListAsync(row => row.GetString(0), "SELECT media_type FROM contact_media WHERE account = $1 AND hash = $2", hash) is [var known])
        {
            item["mediaType"] = known;
            CheckImage(item, known);
            await changes.RunAsync("UPDATE contact_media SET used = $3 WHERE account = $1 AND hash = $2", hash, changes.Now);
            return hash;
        }

        var found = UploadId.TryParse(blobId, out var upload)
            ? await changes.ListAsync(
                row => new CardMedia(row.GetString(0), row.GetFieldValue<byte[]>(1)),
                $"SELECT media_type, {UploadStore.Content} FROM upload WHERE account = $1 AND id = $2 AND {UploadStore.IsWhole} AND {UploadStore.Length} <= $3",
                upload.Value,
                CardLimits.MediaBytesMax)
            : [];
        return found is [var media]
            ? await StoreAsync(item, media)
            : throw Invalid($"There is no blob {blobId} of at most {CardLimits.MediaBytesMax} bytes; upload it again.");
    }

    private async Task<string> StoreAsync(JsonObject item, CardMedia media)
    {
        // What the bytes show counts: a type that is only claimed could make a browser run them.
        var type = CardMedia.ImageType(media.Content.Span) ?? media.Type;
        CheckImage(item, CardMedia.ImageType(media.Content.Span));
        var hash = Convert.ToHexStringLower(SHA256.HashData(media.Content.Span));
        await SweepAsync(media.Content.Length);
        await changes.RunAsync(
            """
            INSERT INTO contact_media (account, hash, media_type, content, used) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (account, hash) DO UPDATE SET used = EXCLUDED.used
            """,
            hash,
            type,
            media.Content.ToArray(),
            changes.Now);
        item["mediaType"] = type;
        item["blobId"] = ContactIds.OfMedia(hash);
        return hash;
    }

    /// <summary>Forgets what no card has shown for a while, and counts the rest.</summary>
    private async Task SweepAsync(int moreBytes)
    {
        await changes.RunAsync(
            $"""
            DELETE FROM contact_media m WHERE account = $1 AND used < $2::timestamptz - interval '{UnusedLifetime}'
                AND NOT EXISTS (SELECT FROM contact_card c WHERE c.account = $1 AND m.hash = ANY(c.media))
            """,
            changes.Now);
        var stored = await changes.ListAsync(
            row => row.GetInt64(0), "SELECT coalesce(sum(length(content)), 0)::bigint FROM contact_media WHERE account = $1");
        if (stored[0] + moreBytes > ContactLimits.MediaBytesMax)
        {
            throw new SetException("overQuota", $"The photos of an account have at most {ContactLimits.MediaBytesMax} bytes together.");
        }
    }

    /// <summary>RFC 9610 §3.5: no photo that is not a recognised image.</summary>
    private static void CheckImage(JsonObject item, string? type)
    {
        if (JmapCall.AsText(item["kind"]) is "photo" or "logo" && type?.StartsWith("image/", StringComparison.Ordinal) is not true)
        {
            throw Invalid("A photo or logo must be a PNG, JPEG, GIF or WebP image.");
        }
    }

    private static SetException Invalid(string description) => new("invalidProperties", description, "media");
}
