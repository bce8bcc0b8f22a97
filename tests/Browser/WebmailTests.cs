using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Microsoft.Playwright;

namespace Tests.Browser;

/// <summary>A person reads mail while backends die between the clicks.</summary>
public sealed class WebmailTests(Browser browser)
{
    [Fact]
    public async Task SignInReadDownload_BackendDiesBetweenClicks_NothingIsNoticed()
    {
        var page = await browser.OpenWebmailAsync(MailUsers.Alice);
        await page.GetByTestId("message-row").First.WaitForAsync();

        Failure.Apply(BusiestBackend(), Dying.Kill);
        await page.GetByText("Large attachment: 1 MB").First.ClickAsync();
        var attachment = page.GetByTestId("attachment").First;
        await attachment.WaitForAsync();

        Failure.Apply(BusiestBackend(), Dying.Kill);
        var download = await page.RunAndWaitForDownloadAsync(() => attachment.ClickAsync());

        using var file = File.OpenRead(await download.PathAsync());
        Assert.Equal(AttachmentSha256("small-1mb.bin"), Convert.ToHexStringLower(await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken)));
        foreach (var backend in Topology.Backends)
        {
            Failure.Revive(backend.Name);
        }
    }

    [Fact]
    public async Task SignIn_WrongPassword_SaysSoAndStays()
    {
        var page = await browser.OpenWebmailAsync(MailUsers.Alice with { Password = "wrong" });

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
        await Assertions.Expect(page.GetByLabel("Email address")).ToHaveValueAsync(MailUsers.Alice.Address);
    }

    [Fact]
    public async Task HtmlMessage_IsShownWithoutItsScript()
    {
        var page = await browser.OpenWebmailAsync(MailUsers.Bob);

        await page.GetByLabel("Search this mailbox").FillAsync("News of");
        await page.GetByLabel("Search this mailbox").PressAsync("Enter");
        await page.GetByTestId("message-row").Filter(new LocatorFilterOptions { HasText = "News of" }).First.ClickAsync();

        var frame = page.Locator("iframe.body");
        Assert.DoesNotContain("allow-scripts", await frame.GetAttributeAsync("sandbox"), StringComparison.Ordinal);
        var body = await page.APIRequest.GetAsync($"https://{Topology.VirtualAddress}{await frame.GetAttributeAsync("src")}");
        var html = await body.TextAsync();
        Assert.Contains("News of", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AdminPage_SignIn_ShowsTheActiveProxies()
    {
        var page = await browser.OpenAsync($"https://127.0.0.1:{Topology.AdminPort}/", ignoreCertificate: true);
        await page.GetByLabel("Admin password").FillAsync(File.ReadAllText(Secrets.AdminPasswordFile));
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Live");
        await Assertions.Expect(page.Locator("#proxies .badge.good")).ToHaveTextAsync(
            Topology.AddressGroups.Select(group => group.VirtualAddress).GroupBy(ActiveProxyFor).Select(_ => "active"));
    }

    /// <summary>The backend with most flows of living clients: the one whose death a person is most likely to meet.</summary>
    private static string BusiestBackend()
    {
        var backends = ControlClient.Get(ActiveProxyFor(Topology.VirtualAddress), "/status")!["backends"]!.AsArray();
        return (string)backends.Where(backend => (string)backend!["pool"]! == "webmail" && (bool)backend["healthy"]!)
            .MaxBy(backend => (int)backend!["flows"]!)!["name"]!;
    }

    private static string ActiveProxyFor(string address) =>
        Topology.Proxies.First(proxy => ControlClient.IsActive(ControlClient.Get(proxy.Name, "/status"), address)).Name;

    private static string AttachmentSha256(string name) =>
        (string)JsonNode.Parse(File.ReadAllText(LabPaths.EtcCommon("demo.json")))!["attachments"]!.AsArray()
            .First(attachment => (string)attachment!["name"]! == name)!["sha256"]!;
}
