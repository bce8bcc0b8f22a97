using Webmail.Mail.Ids;

namespace Webmail.Mail.Writing;

/// <summary>A part of a message to be written: a text, bytes, a part that the mail server holds, or parts.</summary>
/// <param name="Type">Media type, without parameters; a multipart has <see cref="Parts"/>.</param>
public sealed record NewPart(string Type)
{
    public string? Text { get; init; }

    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Keeps the type it has there.</summary>
    public BlobId? Source { get; init; }

    public IReadOnlyList<NewPart> Parts { get; init; } = [];

    /// <summary>File name as the reader shows it.</summary>
    public string? Name { get; init; }

    /// <summary><c>attachment</c>, <c>inline</c>, or null for none.</summary>
    public string? Disposition { get; init; }

    /// <summary>For a part that the HTML text shows; without angle brackets.</summary>
    public string? ContentId { get; init; }

    /// <summary>Language tags (RFC 3282); empty for none.</summary>
    public IReadOnlyList<string> Language { get; init; } = [];

    /// <summary>An address (RFC 2557), or null.</summary>
    public Uri? Location { get; init; }

    public static NewPart Multipart(string subtype, params IReadOnlyList<NewPart> parts) => new($"multipart/{subtype}") { Parts = parts };
}
