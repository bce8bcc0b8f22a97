global using Xunit;

using Microsoft.Playwright;

// One browser for all, one test after the other: two browsers beside the whole appliance would leave the product no machine to run on.
[assembly: AssemblyFixture(typeof(Tests.Browser.Browser))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Tests.Browser;

/// <summary>Debian's Chromium, headless, with a fresh profile and nothing to say to the outside.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>How long a page may take before a test calls it broken. Not a measurement: the whole appliance shares the test's machine.</summary>
    private const float PatienceMilliseconds = 30_000;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task<IPage> OpenAsync(string address, bool ignoreCertificate = false)
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { IgnoreHTTPSErrors = ignoreCertificate });
        await page.GotoAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }
}
