namespace Webmail.Web.Blobs;

/// <summary>The blob id of an upload.</summary>
internal readonly record struct UploadId(Guid Value)
{
    public static bool TryParse(string? text, out UploadId id)
    {
        var valid = Guid.TryParseExact(text is ['u', .. var rest] ? rest : null, "N", out var value);
        id = new UploadId(value);
        return valid;
    }

    public override string ToString() => $"u{Value:N}";
}
