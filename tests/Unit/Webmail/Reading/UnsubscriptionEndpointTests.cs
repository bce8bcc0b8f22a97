using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Reading;

/// <summary>What a client sees and asks for.</summary>
public sealed class UnsubscriptionEndpointTests(ReadingWebmail webmail) : IClassFixture<ReadingWebmail>
{
    private const string Offer = "List-Unsubscribe: <mailto:leave@shop.test?subject=off>, <https://127.0.0.1:9/leave?x=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    private const string Signature = "DKIM-Signature: v=1; d=shop.test; h=from:list-unsubscribe:\r\n list-unsubscribe-post; b=x\r\n";
    private const string Passed = "Authentication-Results: mx.example.test; dkim=pass header.d=shop.test\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneClick_ThatLeadsInside_IsShownAndRefused()
    {
        var user = await webmail.NewUserAsync();
        var id = await webmail.DeliverAsync(user, Passed + Signature + Offer + "From: a@shop.test\r\n\r\nNews.\r\n");

        var offer = await OfferAsync(user, id);
        var (status, problem) = await AskAsync(user, id, "oneClick");

        Assert.Equal("127.0.0.1", (string)offer["oneClick"]!["host"]!);
        Assert.Null(offer["reason"]);
        Assert.Equal("https://127.0.0.1:9/leave?x=1", (string)offer["link"]!);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal("The list's server 127.0.0.1 is not to be found on the public Internet.", (string)problem["detail"]!);
        Assert.Null((await OfferAsync(user, id))["unsubscribed"]);
    }

    [Fact]
    public async Task OneClick_NotAuthentic_IsRefusedAndSaysWhy()
    {
        var user = await webmail.NewUserAsync();
        var id = await webmail.DeliverAsync(user, Signature + Offer + "From: a@shop.test\r\nAuthentication-Results: mx.example.test; dkim=fail header.d=shop.test\r\n\r\nNews.\r\n");

        var offer = await OfferAsync(user, id);
        var (status, problem) = await AskAsync(user, id, "oneClick");

        Assert.Equal("notAuthentic", (string?)offer["reason"]);
        Assert.Null(offer["oneClick"]);
        Assert.Null(offer["mailto"]);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("Your mail server does not confirm that this message is from the sender it names.", (string)problem["detail"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(user, id, "mailto")).Status);
    }

    /// <summary>More than is read of a header may follow.</summary>
    [Fact]
    public async Task OneClick_HeaderWithoutEnd_IsNotShown()
    {
        var user = await webmail.NewUserAsync();
        var more = string.Concat(Enumerable.Repeat("X-More: x\r\n", 1000));
        var id = await webmail.DeliverAsync(user, $"{Passed}{Signature}{Offer}From: a@shop.test\r\n{more}DKIM-Signature: d=shop.test; h=from; b=y\r\n\r\nNews.\r\n");

        Assert.Equal("notSigned", (string?)(await OfferAsync(user, id))["reason"]);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(user, id, "oneClick")).Status);
    }

    [Fact]
    public async Task Mailto_Asked_IsInTheOutboxAndRememberedForTheList()
    {
        var user = await webmail.NewUserAsync();
        var id = await webmail.DeliverAsync(user, Offer + "List-Id: <n.shop.test>\r\nFrom: a@shop.test\r\nMessage-ID: <1@shop.test>\r\n\r\nNews.\r\n");

        var (status, done) = await AskAsync(user, id, "mailto");
        var again = await AskAsync(user, id, "mailto");
        var next = await webmail.DeliverAsync(user, Offer + "List-Id: <n.shop.test>\r\nFrom: b@shop.test\r\nMessage-ID: <2@shop.test>\r\n\r\nMore news.\r\n");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("mailto", (string)done["by"]!);
        Assert.Equal(done.ToJsonString(), again.Answer.ToJsonString());
        Assert.Equal(done.ToJsonString(), (await OfferAsync(user, next))["unsubscribed"]!.ToJsonString());
        Assert.Equal("""{"to":"leave@shop.test","subject":"off","body":""}""", (await OfferAsync(user, next))["mailto"]!.ToJsonString());
        var submission = (await user.CallAsync("EmailSubmission/get", """{ "ids": null }"""))["list"]!.AsArray().Single()!;
        Assert.Equal((string)done["submissionId"]!, (string)submission["id"]!);
        Assert.Equal(id, (string)submission["emailId"]!);
        Assert.Equal("leave@shop.test", (string)submission["envelope"]!["rcptTo"]![0]!["email"]!);
    }

    [Fact]
    public async Task Ask_SomebodyElsesMessageOrNoWay_IsRefused()
    {
        var (user, other) = (await webmail.NewUserAsync(), await webmail.NewUserAsync());
        var id = await webmail.DeliverAsync(user, Offer + "From: a@shop.test\r\n\r\nNews.\r\n");
        var plain = await webmail.DeliverAsync(user, "From: a@shop.test\r\n\r\nHello.\r\n");

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(other, id, "mailto")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(other, id, "mailto", user.Account)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(user, id, "link")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(user, plain, "mailto")).Status);
        Assert.Null((await user.CallAsync("Email/get", $$"""{ "ids": ["{{plain}}"], "properties": ["unsubscribe"] }"""))["list"]![0]!["unsubscribe"]);
    }

    private static async Task<JsonNode> OfferAsync(SieveUser user, string id) =>
        (await user.CallAsync("Email/get", $$"""{ "ids": ["{{id}}"], "properties": ["unsubscribe"] }"""))["list"]![0]!["unsubscribe"]!;

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(SieveUser user, string id, string by, string? account = null)
    {
        var answer = await user.SendAsync(HttpMethod.Post, $"/mail/{account ?? user.Account}/{id}/unsubscription", Encoding.UTF8.GetBytes($$"""{"by":"{{by}}"}"""));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!);
    }
}
