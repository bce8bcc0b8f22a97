using System.Security.Cryptography;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>The blob id of a script's content, which follows from the content: changed content is another blob.</summary>
public readonly record struct ScriptBlobId
{
    private const char Kind = 's';
    private const int Characters = 40;

    private readonly string _text;

    private ScriptBlobId(string text) => _text = text;

    public static ScriptBlobId Of(ReadOnlySpan<byte> content) =>
        new(Kind + Convert.ToHexStringLower(SHA256.HashData(content))[..Characters]);

    public static bool TryParse(string? text, out ScriptBlobId id)
    {
        id = new ScriptBlobId(text ?? "");
        return text is { Length: Characters + 1 } && text[0] == Kind && text[1..].All(char.IsAsciiHexDigitLower);
    }

    public override string ToString() => _text;
}
