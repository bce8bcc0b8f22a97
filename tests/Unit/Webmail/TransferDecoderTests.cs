using System.Buffers;
using System.Text;
using Webmail.Mail.Decoding;

namespace Tests.Unit.Webmail;

public sealed class TransferDecoderTests
{
    public static TheoryData<TransferEncoding, string, string> Samples => new()
    {
        { TransferEncoding.Base64, "SGVs\r\nbG8s\r\nIHdvcmxk\r\n", "Hello, world" },
        { TransferEncoding.Base64, "SGVsbG8=\r\n", "Hello" },
        { TransferEncoding.Base64, "SGVsbA==", "Hell" },
        { TransferEncoding.Base64, "S!G V\tsbA", "Hell" },
        { TransferEncoding.Base64, "SA==SA==", "HH" },
        { TransferEncoding.QuotedPrintable, "a=3Db =\r\nc  \r\nd=C3=A9\t \r\n", "a=b c\r\nd\u00e9\r\n" },
        { TransferEncoding.QuotedPrintable, "bad =ZZ =4 =\r\nend =", "bad =ZZ =4 end " },
        { TransferEncoding.QuotedPrintable, "==41=  \r\n=", "=A" },
        { TransferEncoding.Uuencode, "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat" },
        { TransferEncoding.Uuencode, "\r\n \nbegin 0644 a b\n#0V%TX\n\n#0V%T%%\nmore\n \n  \nend\n#0V%T\n", "CatCat" },
        { TransferEncoding.Uuencode, "begin 644 cut\n#0V%T\n\"86%", "Cataa" },
        { TransferEncoding.Uuencode, "begin 644 blanks lost\n$86\n", "a`\0\0" },
        { TransferEncoding.Uuencode, "begin with this\n#0V%T\n", "begin with this\n#0V%T\n" },
        { TransferEncoding.Uuencode, "\r\nno file", "\r\nno file" },
        { TransferEncoding.Uuencode, "begin 644 x", "begin 644 x" },
        { TransferEncoding.Identity, "as it is\r\n", "as it is\r\n" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Decode_InOnePiece_GivesContent(TransferEncoding encoding, string encoded, string content)
    {
        var decoded = new ArrayBufferWriter<byte>();
        var decoder = TransferDecoder.Resume(encoding, []);

        decoder.Decode(Encoding.UTF8.GetBytes(encoded), decoded);
        decoder.Finish(decoded);

        Assert.Equal(content, Encoding.UTF8.GetString(decoded.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Decode_ResumedFromRemainderAtEveryTwoPoints_GivesContent(TransferEncoding encoding, string encoded, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(encoded);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(content, DecodeInPieces(encoding, [bytes[..first], bytes[first..second], bytes[second..]]));
            }
        }
    }

    [Fact]
    public void Remainder_OfHostileBlanks_StaysSmall()
    {
        var decoder = TransferDecoder.Resume(TransferEncoding.QuotedPrintable, []);

        decoder.Decode(Encoding.ASCII.GetBytes(new string(' ', 100_000)), new ArrayBufferWriter<byte>());

        Assert.InRange(decoder.Remainder.Length, 0, TransferDecoder.RemainderBytesMax);
    }

    [Theory]
    [InlineData("")]
    [InlineData("begin 644 ")]
    [InlineData("begin 644 a\n")]
    public void Remainder_OfALineWithoutEnd_StaysSmall(string before)
    {
        var decoder = TransferDecoder.Resume(TransferEncoding.Uuencode, []);

        decoder.Decode(Encoding.ASCII.GetBytes(before + new string('M', 100_000)), new ArrayBufferWriter<byte>());

        Assert.InRange(decoder.Remainder.Length, 0, TransferDecoder.RemainderBytesMax);
    }

    private static string DecodeInPieces(TransferEncoding encoding, byte[][] pieces)
    {
        var decoded = new ArrayBufferWriter<byte>();
        byte[] remainder = [];
        foreach (var piece in pieces)
        {
            var decoder = TransferDecoder.Resume(encoding, remainder);
            decoder.Decode(piece, decoded);
            remainder = decoder.Remainder;
        }

        TransferDecoder.Resume(encoding, remainder).Finish(decoded);
        return Encoding.UTF8.GetString(decoded.WrittenSpan);
    }
}
