namespace Webmail.Mail.Html;

/// <summary>HTML that can be shown, and what was noticed on the way.</summary>
/// <param name="Html">A fragment for a body.</param>
/// <param name="RemoteImages">Images from elsewhere, shown or not.</param>
/// <param name="Mismatches">Links that look as if they led elsewhere; at most <see cref="MismatchesMax"/>.</param>
public sealed record CleanHtml(string Html, int RemoteImages, IReadOnlyList<LinkMismatch> Mismatches)
{
    public const int MismatchesMax = 50;
}

/// <summary>A link whose text names another host than it leads to.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Host">Where it leads.</param>
public sealed record LinkMismatch(string Text, string Host);
