using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Microsoft.Playwright;

namespace Tests.Browser;

/// <summary>How a person gets into the webmail.</summary>
internal static class SignIn
{
    public static async Task<IPage> OpenWebmailAsync(this Browser browser, MailUser user)
    {
        var page = await browser.OpenAsync($"https://{Topology.VirtualAddress}/", ignoreCertificate: true);
        await page.GetByLabel("Email address").FillAsync(user.Address);
        await page.GetByLabel("Password").FillAsync(user.Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        return page;
    }
}
