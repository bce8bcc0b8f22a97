namespace Webmail.Web.Database;

/// <summary>The tables, step by step: the files in Steps, in the order of their names. A released step never changes; a change is a new step.</summary>
internal static class Schema
{
    /// <summary>Any number, the same on all backends: one of them migrates, the others wait.</summary>
    public const long AdvisoryLock = 0x77656d61696c;

    private const string Folder = "Steps/";

    public static IReadOnlyList<string> Steps { get; } =
    [
        .. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Schema).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
