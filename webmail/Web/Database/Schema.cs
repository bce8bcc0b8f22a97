namespace Webmail.Web.Database;

/// <summary>
/// The tables, step by step: the files in Steps, in the order of their names. A released step never changes; a change is a new step, and only adds:
/// backends of the version before run on its tables. <c>NN-name.back.sql</c> undoes <c>NN-name.sql</c>.
/// </summary>
internal static class Schema
{
    /// <summary>Any number, the same on all backends: one of them migrates, the others wait.</summary>
    public const long AdvisoryLock = 0x77656d61696c;

    private const string Folder = "Steps/";
    private const string BackSuffix = ".back";

    public static IReadOnlyList<SchemaStep> Steps { get; } = [.. Names().Where(name => !name.EndsWith(BackSuffix, StringComparison.Ordinal)).Select(Step)];

    private static IEnumerable<string> Names() => typeof(Schema).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static SchemaStep Step(string name, int index) => new(index + 1, name[Folder.Length..], Read(name)!, Read(name + BackSuffix));

    private static string? Read(string name)
    {
        if (typeof(Schema).Assembly.GetManifestResourceStream(name) is not { } stream)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>One step of the tables.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">Of its file, without the ending.</param>
/// <param name="Forward">SQL.</param>
/// <param name="Back">SQL; null if there is no way back.</param>
internal sealed record SchemaStep(int Number, string Name, string Forward, string? Back);
