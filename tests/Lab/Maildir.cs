using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>What really lies on the mail server, whatever anybody says.</summary>
internal static class Maildir
{
    public static IReadOnlyList<string> Find(MailUser user, string text) =>
        [.. Directory.EnumerateFiles(Path.Combine(LabPaths.Data("mail", "mail"), user.Local, "Maildir"), "*", SearchOption.AllDirectories)
            .Where(file => file.Contains("/new/", StringComparison.Ordinal) || file.Contains("/cur/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))];
}
