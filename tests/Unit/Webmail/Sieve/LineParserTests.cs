using System.Text;
using Tests.Unit.Splice.Fuzzing;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Protocol;

namespace Tests.Unit.Webmail.Sieve;

public sealed class LineParserTests
{
    [Theory]
    [InlineData("OK\r\n", "", "", "")]
    [InlineData("ok \"Done \\\"well\\\".\"\r\n", "", "", "Done \"well\".")]
    [InlineData("NO (QUOTA/MAXSIZE) {4}\r\n1\r\n2\r\n", "QUOTA/MAXSIZE", "", "1\r\n2")]
    [InlineData("NO (tag {3}\r\nabc (x \"y\" 7)) \"text\"\r\n", "TAG", "abc", "text")]
    [InlineData("BYE (REFERRAL \"sieve://other/\") \"elsewhere\"\r\n", "REFERRAL", "sieve://other/", "elsewhere")]
    public void TryParse_Answer_IsUnderstood(string text, string code, string argument, string said)
    {
        Assert.Equal(SieveParse.Ok, LineParser.TryParse(Encoding.UTF8.GetBytes(text), out var line, out var length));

        Assert.Equal(text.Length, length);
        Assert.Equal((code, argument, said), (line.Answer!.Code, line.Answer.CodeArgument, line.Answer.Text));
    }

    [Theory]
    [InlineData("\"name\" ACTIVE\r\n", 2)]
    [InlineData("{5}\r\n\r\nOK\n\r\n", 1)]
    [InlineData("\"SIEVE\" \"fileinto vacation\"\r\n", 2)]
    public void TryParse_Data_IsWords(string text, int words)
    {
        Assert.Equal(SieveParse.Ok, LineParser.TryParse(Encoding.UTF8.GetBytes(text), out var line, out _));

        Assert.Null(line.Answer);
        Assert.Equal(words, line.Tokens.Count);
    }

    /// <summary>Whatever came: the same verdict in whatever pieces it comes, no exception, no byte from beyond the line.</summary>
    [Fact]
    public void TryParse_AnyInput_InPieces_IsTheSame() => Fuzz.Run("SieveLines", bytes =>
    {
        var whole = LineParser.TryParse(bytes, out var line, out var length);
        foreach (var early in Pieces.Lengths(bytes))
        {
            var result = LineParser.TryParse(bytes.AsSpan(0, early), out _, out var earlyLength);
            Assert.True(result == SieveParse.NotEnough || (result == whole && earlyLength == length), $"{result} of {early} bytes, {whole} of all");
        }

        Assert.Equal(whole == SieveParse.Ok, length > 0);
        if (whole == SieveParse.Ok)
        {
            Assert.InRange(length, 2, bytes.Length);
            Assert.True(bytes.AsSpan(0, length).EndsWith("\r\n"u8));
            Assert.True(line.Tokens.Sum(token => token.Bytes.Length) <= length);
        }
    });

    /// <summary>A client's strings, understood by a parser of strings: what is sent is what arrives, and nothing else with it.</summary>
    [Fact]
    public void Command_AnyString_IsReadBackAsOneString() => Fuzz.Run("SieveLines", bytes =>
    {
        var command = new SieveCommand("\"X\"").String(bytes).ToBytes();

        Assert.Equal(SieveParse.Ok, LineParser.TryParse(command.Span, out var line, out var length));
        Assert.Equal(command.Length, length);
        Assert.Equal(bytes, line.Tokens[1].Bytes);
        Assert.Equal(2, line.Tokens.Count);
    });
}
