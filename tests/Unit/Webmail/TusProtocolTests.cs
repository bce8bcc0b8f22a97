using Microsoft.AspNetCore.Http;
using Webmail.Mail.Sending;
using Webmail.Web.Blobs.Resumable;

namespace Tests.Unit.Webmail;

public sealed class TusProtocolTests
{
    [Theory]
    [InlineData("filename d29ybGQ=,filetype dGV4dC9wbGFpbg==", "text/plain")]
    [InlineData("filetype dGV4dC9wbGFpbg== , empty", "text/plain")]
    [InlineData("filetype", null)]
    [InlineData("filetype ###", null)]
    [InlineData("", null)]
    public void Metadata_OfAKey_IsItsText(string header, string? expected) =>
        Assert.Equal(expected, TusProtocol.Metadata(new HeaderDictionary { ["Upload-Metadata"] = header }, "filetype"));

    [Fact]
    public void Metadata_TooLong_IsNone() =>
        Assert.Null(TusProtocol.Metadata(new HeaderDictionary { ["Upload-Metadata"] = "filetype " + new string('A', 8000) }, "filetype"));

    [Theory]
    [InlineData("", true)]
    [InlineData("sha1 60tq1YHS0kjcsuGiwI4Txg6GPMI=", false)]
    [InlineData("sha1 64dYEoWNJ7IssrdfmS3/rcGwXGY=", true)]
    [InlineData("sha256 prRt0NGuXobLyPN+dc7rZ2AjDByk/7ywyXuW3X2cRks=", true)]
    [InlineData("md5 64dYEoWNJ7IssrdfmS3/rcGwXGY=", null)]
    [InlineData("sha1", null)]
    [InlineData("sha1 !", null)]
    public void Checksum_OfAPart_IsCompared(string header, bool? expected) =>
        Assert.Equal(expected, TusProtocol.HasChecksum(new HeaderDictionary { ["Upload-Checksum"] = header }, "some"u8));

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-1", null)]
    [InlineData("1e3", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("", null)]
    public void Bytes_OfAHeader_AreACountOrNothing(string header, long? expected) =>
        Assert.Equal(expected, TusProtocol.Bytes(new HeaderDictionary { ["Upload-Length"] = header }, "Upload-Length"));

    [Fact]
    public void Fitting_FileEncoded_FitsIntoTheMessage()
    {
        const long Message = 10_000_000;
        var file = AttachmentLimit.Fitting(Message);

        Assert.InRange(Convert.ToBase64String(new byte[file], Base64FormattingOptions.InsertLineBreaks).Length, Message - 200_000, Message);
        Assert.Equal(0, AttachmentLimit.Fitting(1000));
    }
}
