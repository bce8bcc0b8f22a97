using Webmail.Mail.Authentication;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;
using Webmail.Mail.Unsubscribing;

namespace Tests.Unit.Webmail.Reading;

/// <summary>What a message says of leaving its list, and whether it may be believed.</summary>
public sealed class UnsubscribeOfferTests
{
    private const string Offer = "List-Unsubscribe: <mailto:leave@shop.test?bcc=x@shop.test>, <https://lists.shop.test/leave?x=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    private const string Signature = "DKIM-Signature: v=1; d=Shop.test; h=from:list-unsubscribe:\r\n list-unsubscribe-post; b=x\r\n";

    [Theory]
    [InlineData(Offer + Signature, "dkim=pass=shop.test", null)]
    [InlineData(Offer + Signature + "DKIM-Signature: d=esp.test; h=from\r\n", "dkim=pass=esp.test dkim=pass=shop.test", null)]
    [InlineData(Offer + Signature, null, "notVerified")]
    [InlineData(Offer + Signature, "", "notAuthentic")]
    [InlineData(Offer + Signature, "dkim=fail=shop.test", "notAuthentic")]
    [InlineData(Offer + Signature, "dkim=pass=evil.test", "notAuthentic")]
    [InlineData(Offer + Signature, "dkim=pass=test", "notAuthentic")]
    [InlineData(Offer + Signature, "spf=pass=shop.test dmarc=pass=shop.test", "notAuthentic")]
    [InlineData(Offer + Signature, "dkim=pass=shop.test dmarc=fail=shop.test", "notAuthentic")]
    [InlineData(Offer, "dkim=pass=shop.test", "notSigned")]
    [InlineData(Offer + "DKIM-Signature: d=shop.test; h=from:list-unsubscribe\r\n", "dkim=pass=shop.test", "notSigned")]
    [InlineData(Offer + Signature + "DKIM-Signature: d=shop.test; h=from\r\n", "dkim=pass=shop.test dkim=fail=shop.test", "notSigned")]
    [InlineData(Offer + Signature + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", "dkim=pass=shop.test", "notOffered")]
    [InlineData("List-Unsubscribe: <http://shop.test/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + Signature, "dkim=pass=shop.test", "notOffered")]
    [InlineData("List-Unsubscribe: <https://xn--80\ufffdk6aa92e.com/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + Signature, "dkim=pass=shop.test", "notOffered")]
    [InlineData("List-Unsubscribe: <https://shop.test/>\r\nList-Unsubscribe-Post: No\r\n" + Signature, "dkim=pass=shop.test", "notOffered")]
    [InlineData("List-Unsubscribe: <https://shop.test/>\r\n" + Signature, "dkim=pass=shop.test", "notOffered")]
    public void Read_Offer_IsOneClickOnlyIfTheSenderSignedIt(string headers, string? verdicts, string? reason)
    {
        var offer = UnsubscribeOffer.Read(Mail(headers), Verdicts(verdicts))!;

        Assert.Equal(reason, offer.Reason);
        Assert.Equal(reason is null, offer.OneClick is not null);
        Assert.NotNull(offer.Link);
    }

    /// <summary>Among the fields that were not read may lie the signature that is good, and covers nothing of this.</summary>
    [Fact]
    public void Read_HeaderThatIsNotReadWhole_IsNotOneClick() =>
        Assert.Equal("notSigned", UnsubscribeOffer.Read(Mail(Offer + Signature) with { HasMoreHeaders = true }, Verdicts("dkim=pass=shop.test"))!.Reason);

    [Theory]
    [InlineData("")]
    [InlineData("List-Unsubscribe: nothing\r\n")]
    [InlineData("List-Unsubscribe: <javascript:x>, <ftp://shop.test>, <mailto:>\r\n")]
    [InlineData("List-Unsubscribe: <https://a.test>\r\nList-Unsubscribe: <https://b.test>\r\n")]
    public void Read_NoWay_SaysNothing(string headers) => Assert.Null(UnsubscribeOffer.Read(Mail(headers), null));

    [Theory]
    [InlineData("mailto:leave@shop.test", "leave@shop.test|unsubscribe|")]
    [InlineData("MAILTO:leave%2Bx@shop.test?Subject=off%20a+b&body=a%0D%0Ab&bcc=y@shop.test", "leave+x@shop.test|off a+b|a\r\nb")]
    [InlineData("mailto:a@shop.test,b@shop.test", null)]
    [InlineData("mailto:a@shop.test?cc=b@shop.test", null)]
    [InlineData("mailto:Somebody%20%3Ca@shop.test%3E", null)]
    [InlineData("mailto:a@shop.test%0D%0ABcc:b@shop.test", null)]
    [InlineData("mailto:a@shop.test?subject=x%0D%0ABcc:b@shop.test", null)]
    [InlineData("mailto:a@shop.test?body=%00", null)]
    [InlineData("mailto:shop.test", null)]
    [InlineData("https://shop.test", null)]
    public void Read_Mailto_IsOneMessageToOneAddress(string url, string? expected) =>
        Assert.Equal(expected, UnsubscribeMail.Read(url) is { } mail ? $"{mail.To}|{mail.Subject}|{mail.Body}" : null);

    [Fact]
    public void Read_MailtoOfSomebodyElsesMessage_IsNotOffered()
    {
        Assert.Null(UnsubscribeOffer.Read(Mail(Offer), Verdicts("dkim=fail=shop.test"))!.Mail);
        Assert.Equal("leave@shop.test", UnsubscribeOffer.Read(Mail(Offer), null)!.Mail!.To);
    }

    [Fact]
    public void Read_List_IsTheSameByNameWithinADomainOnly()
    {
        var list = ListOf("List-Id: News <News.shop.test>\r\n", "a@shop.test");

        Assert.Equal(list, ListOf("List-Id: <news.shop.test>\r\n", "b@shop.test"));
        Assert.NotEqual(list, ListOf("List-Id: <news.shop.test>\r\n", "a@evil.test"));
        Assert.NotEqual(list, ListOf("", "a@shop.test"));
        Assert.Equal(ListOf("", "A@shop.test"), ListOf("", "a@shop.test"));
    }

    private static string ListOf(string headers, string from) => UnsubscribeOffer.Read(Mail(Offer + headers, from), null)!.List;

    private static AuthenticationVerdict[]? Verdicts(string? text) => text is null ? null :
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=')).Select(one => new AuthenticationVerdict(one[0], one[1], null, one[2]))];

    private static Email Mail(string headers, string from = "news@shop.test") => new(
        default, 1, 1, DateTimeOffset.UnixEpoch, [], false, null, new EmailEnvelope(null, "", [new EmailAddress(null, from)], [], [], [], [], null, null, []), EmailBody.Empty,
        [
            .. headers.Replace("\r\n ", "\n ", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(':', 2)).Select(field => new HeaderField(field[0], field[1])),
        ]);
}
