using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Cli.Demo;

/// <summary>A message whose attachment is worth losing a server over.</summary>
public sealed record LargeAttachment(string Name, long Bytes, string Subject, ulong Seed)
{
    private const int LineBytes = 57;

    public static IReadOnlyList<LargeAttachment> All { get; } =
    [
        new("small-1mb.bin", 1L << 20, "Large attachment: 1 MB", 11),
        new("big-25mb.bin", 25L << 20, "Large attachment: 25 MB", 12),
        new("big-100mb.bin", 100L << 20, "Large attachment: 100 MB", 13),
    ];

    public string Write(out string sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var date = MessageMaker.Newest.AddMinutes(Seed).ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        var text = new StringBuilder((int)(Bytes * 78 / LineBytes) + 4096);
        text.Append(CultureInfo.InvariantCulture, $"From: Data Exchange <data@example.test>\r\nTo: Alice Ashford <alice@example.test>\r\nSubject: {Subject}\r\nDate: {date}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <large-{Seed}@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"large-{Seed}\"\r\n\r\n")
            .Append(CultureInfo.InvariantCulture, $"--large-{Seed}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe file you asked for is attached: {Name}.\r\nPull a plug while you download it.\r\n\r\n")
            .Append(CultureInfo.InvariantCulture, $"--large-{Seed}\r\nContent-Type: application/octet-stream; name=\"{Name}\"\r\nContent-Disposition: attachment; filename=\"{Name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var carry = new List<byte>();
        foreach (var block in SeededFile.Blocks(Bytes, Seed))
        {
            hash.AppendData(block.Span);
            carry.AddRange(block.Span);
            var whole = carry.Count / LineBytes * LineBytes;
            Append(text, carry.GetRange(0, whole).ToArray());
            carry.RemoveRange(0, whole);
        }

        Append(text, carry.ToArray());
        text.Append(CultureInfo.InvariantCulture, $"--large-{Seed}--\r\n");
        sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return text.ToString();
    }

    private static void Append(StringBuilder text, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += LineBytes)
        {
            text.Append(Convert.ToBase64String(bytes, at, Math.Min(LineBytes, bytes.Length - at))).Append("\r\n");
        }
    }
}
