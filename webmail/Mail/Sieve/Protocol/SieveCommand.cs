using System.Buffers;
using System.Text;

namespace Webmail.Mail.Sieve.Protocol;

/// <summary>
/// One command (RFC 5804 §2). The only place that writes what comes from users to the server: whatever a string holds, it
/// cannot end the string, for it is quoted only if nothing in it could mean anything, and sent with its length otherwise.
/// </summary>
internal sealed class SieveCommand
{
    private readonly ArrayBufferWriter<byte> _bytes = new(128);

    /// <param name="name">Of ours, never from outside.</param>
    public SieveCommand(string name)
    {
        Name = name;
        _bytes.Write(Encoding.ASCII.GetBytes(name));
    }

    public string Name { get; }

    public SieveCommand String(string text) => String(Encoding.UTF8.GetBytes(text));

    public SieveCommand String(ReadOnlySpan<byte> text)
    {
        _bytes.Write(" "u8);
        return text.Length <= SieveLimits.QuotedBytesMax && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? Quoted(text)
            : Literal(text);
    }

    public SieveCommand Number(long number)
    {
        _bytes.Write(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {number}")));
        return this;
    }

    public ReadOnlyMemory<byte> ToBytes() => (byte[])[.. _bytes.WrittenSpan, .. "\r\n"u8];

    /// <summary>The answer to a SASL challenge: a string that is a line of its own (RFC 5804 §2.1).</summary>
    public static ReadOnlyMemory<byte> Continuation(string text) => new SieveCommand("").String(text).ToBytes()[1..];

    private SieveCommand Quoted(ReadOnlySpan<byte> text)
    {
        _bytes.Write("\""u8);
        foreach (var one in text)
        {
            _bytes.Write(one is (byte)'"' or (byte)'\\' ? [(byte)'\\', one] : [one]);
        }

        _bytes.Write("\""u8);
        return this;
    }

    private SieveCommand Literal(ReadOnlySpan<byte> text)
    {
        // With the plus sign the server is not asked first (RFC 5804 §4: literal-c2s).
        _bytes.Write(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{{text.Length}+}}\r\n")));
        _bytes.Write(text);
        return this;
    }
}
