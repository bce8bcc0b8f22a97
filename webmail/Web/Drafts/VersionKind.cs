namespace Webmail.Web.Drafts;

/// <summary>How a version came into a draft's history.</summary>
internal enum VersionKind : short
{
    /// <summary>It was the current one.</summary>
    Saved,

    /// <summary>It was made from a version that was not the current one any longer, and never was the current one itself.</summary>
    Conflict,
}
