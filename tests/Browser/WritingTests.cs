using System.Diagnostics;
using Appliance.Cli.Services;
using Microsoft.Playwright;

namespace Tests.Browser;

/// <summary>A person writes mail.</summary>
public sealed class WritingTests(Browser browser)
{
    private const string Written = "The figures you asked for are attached.";
    private static readonly TimeSpan DeliveryMax = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Compose_WithAttachment_IsInSentAndArrivesOnce()
    {
        var subject = $"Figures {Guid.NewGuid():N}";
        var alice = await browser.OpenWebmailAsync(MailUsers.Alice);

        var composer = await ComposeAsync(alice, subject);
        await composer.GetByTestId("file-picker").SetInputFilesAsync(
            new FilePayload { Name = "figures.csv", MimeType = "text/csv", Buffer = "a,b\n1,2\n"u8.ToArray() });
        await composer.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Send", Exact = true }).ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);

        await alice.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Sent" }).ClickAsync();
        await SearchUntilFoundAsync(alice, subject);
        await Assertions.Expect(Rows(alice, subject)).ToHaveCountAsync(1);
        var bob = await browser.OpenWebmailAsync(MailUsers.Bob);
        await SearchUntilFoundAsync(bob, subject);
        await Assertions.Expect(Rows(bob, subject)).ToHaveCountAsync(1);
        await Rows(bob, subject).ClickAsync();
        await Assertions.Expect(bob.Locator(".body.plain")).ToContainTextAsync(Written);
        await Assertions.Expect(bob.GetByTestId("attachment")).ToContainTextAsync("figures.csv");
    }

    [Fact]
    public async Task Compose_PageIsReloaded_TextIsStillThere()
    {
        var subject = $"Reloaded {Guid.NewGuid():N}";
        var page = await browser.OpenWebmailAsync(MailUsers.Alice);

        var composer = await ComposeAsync(page, subject);
        await Assertions.Expect(composer.GetByTestId("kept")).ToHaveAttributeAsync("data-kept", "yes");
        await page.ReloadAsync();

        await Assertions.Expect(composer.GetByLabel("Subject")).ToHaveValueAsync(subject);
        await Assertions.Expect(composer.GetByLabel("Text", new LocatorGetByLabelOptions { Exact = true })).ToHaveValueAsync(Written);
        await Assertions.Expect(composer).ToContainTextAsync(MailUsers.Bob.Address);
    }

    private static async Task<ILocator> ComposeAsync(IPage page, string subject)
    {
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Compose" }).ClickAsync();
        var composer = page.GetByTestId("composer");
        await composer.GetByLabel("To", new LocatorGetByLabelOptions { Exact = true }).FillAsync(MailUsers.Bob.Address);
        await composer.GetByLabel("Subject").FillAsync(subject);
        await composer.GetByLabel("Text", new LocatorGetByLabelOptions { Exact = true }).FillAsync(Written);
        return composer;
    }

    private static ILocator Rows(IPage page, string subject) =>
        page.GetByTestId("message-row").Filter(new LocatorFilterOptions { HasText = subject });

    /// <summary>Delivery takes a moment, and the list shows what is new only when asked; a search also asks for fewer previews.</summary>
    private static async Task SearchUntilFoundAsync(IPage page, string subject)
    {
        var search = page.GetByLabel("Search this mailbox");
        await search.FillAsync(subject);
        var answer = page.GetByText("No message matches").Or(Rows(page, subject)).First;
        var waited = Stopwatch.StartNew();
        do
        {
            Assert.True(waited.Elapsed < DeliveryMax, $"{subject} has not arrived after {DeliveryMax.TotalSeconds} s");
            await search.PressAsync("Enter");
            await answer.WaitForAsync();
        }
        while (await Rows(page, subject).CountAsync() == 0);
    }
}
