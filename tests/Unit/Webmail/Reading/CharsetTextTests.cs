using System.Text;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Reading;

public sealed class CharsetTextTests
{
    private const string Russian = "Съешь же ещё этих мягких французских булок, да выпей чаю. Привет, как дела?";
    private const string Japanese = "これは日本語の文章です。文字コードを推測できるはずです。";

    static CharsetTextTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("windows-1251", Russian)]
    [InlineData("koi8-r", Russian)]
    [InlineData("shift_jis", Japanese)]
    [InlineData("euc-jp", Japanese)]
    public void Decode_Undeclared_IsGuessed(string encoding, string text) => Assert.Equal((text, true), CharsetText.Decode(Encoding.GetEncoding(encoding).GetBytes(text), null));

    [Theory]
    [InlineData("utf-8", "windows-1251", Russian, true)]
    [InlineData("us-ascii", "windows-1251", Russian, true)]
    [InlineData("no-such-charset", "windows-1251", Russian, true)]
    [InlineData("iso-8859-1", "utf-8", "Grüße", true)]
    [InlineData("us-ascii", "utf-8", "Grüße", true)]
    [InlineData("euc-jp", "shift_jis", Japanese, true)]
    [InlineData("iso-8859-1", "windows-1252", "“Grüße” – 5 €", false)]
    [InlineData("\"ISO-2022-JP\"", "iso-2022-jp", Japanese, false)]
    [InlineData("utf-16le", "utf-16", "plain", false)]
    [InlineData("gb2312", "gb18030", "镕基", false)]
    public void Decode_Declared_CountsIfItCanBe(string declared, string encoding, string text, bool problem) =>
        Assert.Equal((text, problem), CharsetText.Decode(Encoding.GetEncoding(encoding).GetBytes(text), declared));

    [Fact]
    public void Decode_Utf7_StaysWhatItIs() => Assert.Equal("+ADw-script+AD4-", CharsetText.Decode("+ADw-script+AD4-"u8, "utf-7").Text);

    [Theory]
    [InlineData("=?utf-8?B?R3LDvMOf?=", "Grüß")]
    [InlineData("=?utf-8?B?R3LD?= =?utf-8?B?vMOf?=", "Grüß")]
    [InlineData("=?utf-8?Q?Gr=C3=BC=C3=9F?=e", "Grüße")]
    [InlineData("=?utf-8?Q?two words?=", "two words")]
    [InlineData("=?no-such?Q?abc?=", "abc")]
    [InlineData("=?utf-8?B?R3LDvMOf", "=?utf-8?B?R3LDvMOf")]
    [InlineData("=?utf-8?X?abc?=", "=?utf-8?X?abc?=")]
    [InlineData("=?utf-8?Q?a=0D=0Ab=00?=", "ab")]
    public void Text_BrokenEncodedWord_IsReadAsFarAsItGoes(string raw, string expected) => Assert.Equal(expected, HeaderValue.Text(raw));
}
