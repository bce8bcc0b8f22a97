using System.Security.Cryptography;
using Splice.Hooks;

namespace HelloSplice;

/// <summary>
/// Takes uploads into a folder that every backend can write. Receiving is not an effect, since a successor receives the same
/// bytes again; giving the file its name is one.
/// </summary>
internal sealed class UploadShelf(string folder)
{
    public async Task<IResult> ReceiveAsync(HttpRequest request, IJournal journal)
    {
        Directory.CreateDirectory(folder);
        var received = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            string sha256;
            await using (var file = File.Create(received))
            {
                await request.Body.CopyToAsync(file, request.HttpContext.RequestAborted);
                file.Position = 0;
                sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, request.HttpContext.RequestAborted));
            }

            var name = await journal.PerformAsync("upload", new Naming(folder, received), request.HttpContext.RequestAborted);
            return Results.Text($"{name} {sha256}\n");
        }
        finally
        {
            File.Delete(received);
        }
    }

    /// <summary>The name is the effect's id: an attempt that was cut off and one that succeeds it name the same file.</summary>
    private sealed class Naming(string folder, string received) : IEffect<string>
    {
        public ValueTask<string> PerformAsync(Guid id, CancellationToken cancellationToken)
        {
            File.Move(received, Path.Combine(folder, id.ToString()), overwrite: true);
            return ValueTask.FromResult(id.ToString());
        }

        public ValueTask<string> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);
    }
}
