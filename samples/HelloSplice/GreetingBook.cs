using Splice.Hooks;

namespace HelloSplice;

/// <summary>
/// Stands for a database both backends share. The id is the row's key, so an act in doubt is found by it.
/// </summary>
internal sealed class GreetingBook : IEffect<string>
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "hello-splice");

    public async ValueTask<string> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(RowOf(id), "hello", cancellationToken);
        return id.ToString();
    }

    public ValueTask<string> ResolveAsync(Guid id, CancellationToken cancellationToken) =>
        File.Exists(RowOf(id)) ? ValueTask.FromResult(id.ToString()) : PerformAsync(id, cancellationToken);

    private static string RowOf(Guid id) => Path.Combine(Folder, id.ToString());
}
