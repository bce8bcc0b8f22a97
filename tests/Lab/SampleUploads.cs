using System.Security.Cryptography;
using System.Text;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>What the sample has stored of uploads.</summary>
internal static class SampleUploads
{
    /// <summary>Names of whole uploads: what is still being received has another kind of name.</summary>
    public static HashSet<string> Stored() =>
        Directory.Exists(SampleServices.UploadsFolder)
            ? Directory.EnumerateFiles(SampleServices.UploadsFolder).Select(file => Path.GetFileName(file)!).Where(name => Guid.TryParse(name, out _)).ToHashSet()
            : [];

    /// <summary>Reads the answer: the upload must be stored once and whole. Then it is removed.</summary>
    /// <param name="connection">That the upload was sent over.</param>
    /// <param name="bytes">What was sent.</param>
    /// <param name="before">What was stored before.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public static async Task CheckAnswerAsync(HttpConnection connection, byte[] bytes, HashSet<string> before, CancellationToken cancellationToken)
    {
        var (head, body) = await connection.ReadAnswerAsync(cancellationToken);
        Assert.Equal(200, head.Status);
        var answer = Encoding.ASCII.GetString(body).Trim().Split(' ');
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(sha256, answer[1]);
        var stored = Stored();
        stored.ExceptWith(before);
        Assert.Equal([answer[0]], stored);
        var file = Path.Combine(SampleServices.UploadsFolder, answer[0]);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellationToken))));
        File.Delete(file);
    }
}
