using Splice.Hooks;

namespace HelloSplice;

/// <summary>
/// Stands for a database both backends share. The id is the row's key, so an act in doubt is found by it.
/// </summary>
internal sealed class GreetingBook(string folder) : IEffect<string>
{
    public async ValueTask<string> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(RowOf(id), "hello", cancellationToken);
        return id.ToString();
    }

    public ValueTask<string> ResolveAsync(Guid id, CancellationToken cancellationToken) =>
        File.Exists(RowOf(id)) ? ValueTask.FromResult(id.ToString()) : PerformAsync(id, cancellationToken);

    private string RowOf(Guid id) => Path.Combine(folder, id.ToString());
}
