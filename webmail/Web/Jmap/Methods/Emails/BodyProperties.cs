using Webmail.Mail.Headers;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Which properties of parts are wanted (RFC 8621 §4.2 bodyProperties).</summary>
internal sealed record BodyProperties(IReadOnlyList<string> Names)
{
    private static readonly string[] Default = ["partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location"];

    /// <summary>They are read for each part on its own.</summary>
    public bool NeedHeaders => Names.Any(name => name == "headers" || HeaderProperty.IsOne(name));

    /// <exception cref="MethodException">invalidArguments: there is no such property.</exception>
    public static BodyProperties Read(JmapCall call)
    {
        var names = call.Texts("bodyProperties") ?? Default;
        return names.FirstOrDefault(name => !Default.Contains(name) && name is not ("headers" or "subParts") && HeaderProperty.Parse(name) is null) is { } unknown
            ? throw new MethodException("invalidArguments", $"There is no property {unknown} of parts.")
            : new BodyProperties(names);
    }
}
