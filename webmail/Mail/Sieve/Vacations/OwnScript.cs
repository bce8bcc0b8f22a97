using System.Text;
using System.Text.Json;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>
/// The two scripts that the webmail itself writes. Each begins with a mark and, in a comment, with what it was made from: so
/// nothing about it has to be kept elsewhere. A script of one of these names without the mark is somebody else's.
/// </summary>
internal static class OwnScript
{
    /// <summary>Answers while one is away.</summary>
    public const string Vacation = "webmail-vacation";

    /// <summary>Runs the vacation script, then the script of the user that was active before.</summary>
    public const string Master = "webmail-master";

    private static readonly byte[] Mark = "# Written by the webmail, which writes it anew: changes are lost. Made from:\r\n# "u8.ToArray();

    public static bool IsReserved(string name) => name is Vacation or Master;

    public static bool Is(string name, ReadOnlySpan<byte> content) => IsReserved(name) && content.StartsWith(Mark);

    /// <param name="data">What the script is made from.</param>
    /// <param name="body">The script.</param>
    public static byte[] Write<T>(T data, string body) =>
        [.. Mark, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(data))), .. "\r\n"u8, .. Encoding.UTF8.GetBytes(body)];

    /// <summary>What the script was made from; null if it is not ours, or has been edited there.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> content)
        where T : class
    {
        if (!content.StartsWith(Mark))
        {
            return null;
        }

        var line = content[Mark.Length..];
        line = line[..Math.Max(line.IndexOf("\r\n"u8), 0)];
        try
        {
            return JsonSerializer.Deserialize<T>(Convert.FromBase64String(Encoding.ASCII.GetString(line)));
        }
        catch (Exception broken) when (broken is FormatException or JsonException)
        {
            return null;
        }
    }
}
