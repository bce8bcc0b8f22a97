using System.Text.Json.Nodes;
using Webmail.Mail.Messages;
using Webmail.Web.Blobs;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Which texts are wanted with messages, and how much of each (RFC 8621 §4.2).</summary>
internal sealed record BodyValues(bool Text, bool Html, bool All, int BytesMax)
{
    private const int BytesLimit = 1024 * 1024;
    private const int PartsMax = 100;

    public static BodyValues Read(JmapCall call) => new(
        call.Flag("fetchTextBodyValues"),
        call.Flag("fetchHTMLBodyValues"),
        call.Flag("fetchAllBodyValues"),
        call.Number("maxBodyValueBytes") switch
        {
            < 0 => throw new MethodException("invalidArguments", "maxBodyValueBytes must not be negative."),
            null or 0 => BytesLimit,
            { } given => Math.Min(given, BytesLimit),
        });

    /// <summary>EmailBodyValues by part id.</summary>
    public async Task<JsonObject> DescribeAsync(IReadableEmail email, CancellationToken cancellationToken)
    {
        var body = email.Email.Body;
        var parts = All ? body.All : (Text ? body.Text : []).Concat(Html ? body.Html : []).DistinctBy(part => part.PartId);
        var values = new JsonObject();
        foreach (var part in parts.Where(part => part.Type.StartsWith("text/", StringComparison.Ordinal)).Take(PartsMax))
        {
            var text = await email.ReadAsync(part, cancellationToken);
            var value = BodyCut.Cut(text.Value, part.Type == "text/html", BytesMax);
            values[part.PartId] = new JsonObject
            {
                ["value"] = value,
                ["isEncodingProblem"] = text.EncodingProblem,
                ["isTruncated"] = text.Truncated || value.Length < text.Value.Length,
            };
        }

        return values;
    }
}
