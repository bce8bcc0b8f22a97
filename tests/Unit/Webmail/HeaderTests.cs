using Webmail.Mail.Headers;

namespace Tests.Unit.Webmail;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("header:Subject", HeaderForm.Raw, false)]
    [InlineData("header:subject:asText", HeaderForm.Text, false)]
    [InlineData("header:From:asGroupedAddresses:all", HeaderForm.GroupedAddresses, true)]
    [InlineData("header:X-Any:asDate", HeaderForm.Date, false)]
    [InlineData("header:Received:all", HeaderForm.Raw, true)]
    public void Parse_OfAProperty_KnowsItsForm(string property, HeaderForm form, bool all)
    {
        var parsed = HeaderProperty.Parse(property);

        Assert.Equal((form, all), (parsed!.Form, parsed.All));
    }

    [Theory]
    [InlineData("header:")]
    [InlineData("header::asText")]
    [InlineData("header:Subject:asDate")]
    [InlineData("header:From:asText")]
    [InlineData("header:Received:asText")]
    [InlineData("header:X:asNothing")]
    [InlineData("header:X:all:asText")]
    [InlineData("header:X:asText:all:all")]
    [InlineData("header:a b")]
    [InlineData("subject")]
    public void Parse_OfWhatNoFieldHas_IsNull(string property) => Assert.Null(HeaderProperty.Parse(property));

    [Theory]
    [InlineData(" =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_aus_Ulm?=", "Grüße aus Ulm")]
    [InlineData(" plain\r\n\tand folded ", "plain and folded")]
    [InlineData(" =?iso-8859-1?q?broken", "=?iso-8859-1?q?broken")]
    [InlineData(" a\u0000b\u001b[31m", "ab[31m")]
    [InlineData("", "")]
    public void Text_Received_IsReadable(string raw, string expected) => Assert.Equal(expected, HeaderValue.Text(raw));

    [Fact]
    public void Grouped_MailboxesAndGroups_KeepTheirOrder()
    {
        var groups = HeaderValue.Grouped(" a@example.test, B <b@example.test>, Friends: c@example.test, \"D, E\" <d@example.test>;, Nobody:;, f@example.test");

        Assert.Equal([null, "Friends", "Nobody", null], groups.Select(group => group.Name));
        Assert.Equal([2, 2, 0, 1], groups.Select(group => group.Addresses.Length));
        Assert.Equal("D, E", groups[1].Addresses[1].Name);
    }

    [Theory]
    [InlineData(" <mailto:x@example.test?subject=off>,\r\n <https://example.test/off?a=1>", new[] { "mailto:x@example.test?subject=off", "https://example.test/off?a=1" })]
    [InlineData(" (not here) <https://exa\r\n mple.test/>", new[] { "https://example.test/" })]
    [InlineData(" NO", null)]
    [InlineData(" <open", null)]
    public void Urls_InAngleBrackets_AreAll(string raw, string[]? expected) => Assert.Equal(expected, HeaderValue.Urls(raw));

    [Theory]
    [InlineData(" <a@x>\r\n <b@y>", new[] { "a@x", "b@y" })]
    [InlineData(" nothing", null)]
    public void MessageIds_Received_AreWithoutBrackets(string raw, string[]? expected) => Assert.Equal(expected, HeaderValue.MessageIds(raw));

    [Fact]
    public void Date_WithItsZone_IsKept() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 9, 5, 0, TimeSpan.FromHours(-5)), HeaderValue.Date(" Fri, 27 Nov 2026 09:05:00 -0500 (EST)"));

    [Fact]
    public void Values_OfAnyBytes_ThrowNothing()
    {
        var random = new Random(1);
        for (var round = 0; round < 5000; round++)
        {
            var raw = string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => random.Next(4) > 0 ? "<>@:;,\"\\()=?qbQ \r\n\t\0"[random.Next(20)] : (char)random.Next(0x300)));
            HeaderValue.Text(raw);
            HeaderValue.Grouped(raw);
            HeaderValue.MessageIds(raw);
            HeaderValue.Date(raw);
            HeaderValue.Urls(raw);
        }
    }
}
