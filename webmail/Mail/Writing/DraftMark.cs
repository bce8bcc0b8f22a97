using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Webmail.Mail.Writing;

/// <summary>What a draft's message carries in a header field, so that our copies are known among those of other mail clients.</summary>
/// <param name="Token">Of the draft, the same for all its versions.</param>
/// <param name="Version">Which version the message holds.</param>
public sealed record DraftMark(Guid Token, int Version)
{
    /// <summary>The header field. It stays on our side: what is sent does not have it.</summary>
    public const string Field = "X-Webmail-Draft";

    private const int DigestCharacters = 16;

    /// <summary>What everything that is unique in the message derives from: written twice, a version is the same message.</summary>
    internal Guid MessageId()
    {
        Span<byte> seed = stackalloc byte[20];
        Token.TryWriteBytes(seed);
        BinaryPrimitives.WriteInt32BigEndian(seed[16..], Version);
        return new Guid(SHA256.HashData(seed)[..16]);
    }

    /// <summary>The field's value; the digest of the rest of the message tells our copy from one that somebody has changed.</summary>
    internal string ValueFor(ReadOnlySpan<byte> rest) => string.Create(
        CultureInfo.InvariantCulture, $"{Token:N} {Version} {Convert.ToHexStringLower(SHA256.HashData(rest))[..DigestCharacters]}");

    /// <summary>The version of ours that this message is, byte for byte; null if it is none.</summary>
    internal static int? VersionOf(Guid token, ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n"u8);
        var start = $"{Field}: {token:N} ";
        if (end < 0 || System.Text.Encoding.ASCII.GetString(message[..end]) is var line && !line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return int.TryParse(line[start.Length..].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && line[(Field.Length + 2)..] == new DraftMark(token, version).ValueFor(message[(end + 2)..]) ? version : null;
    }
}
