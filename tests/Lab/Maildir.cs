using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>What really lies on the mail server, whatever anybody says.</summary>
internal static class Maildir
{
    /// <summary>One file for each message, although a mail session may rename files or move them between new and cur meanwhile.</summary>
    public static IReadOnlyList<string> Find(MailUser user, string text)
    {
        while (true)
        {
            try
            {
                return [.. Files(user)
                    .Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))
                    .DistinctBy(file => Path.GetFileName(file).Split(':')[0])];
            }
            catch (FileNotFoundException)
            {
                // Moved since it was listed.
            }
        }
    }

    private static List<string> Files(MailUser user) =>
        [.. Directory.EnumerateFiles(Path.Combine(LabPaths.Data("mail", "mail"), user.Local, "Maildir"), "*", SearchOption.AllDirectories)
            .Where(file => file.Contains("/new/", StringComparison.Ordinal) || file.Contains("/cur/", StringComparison.Ordinal))];
}
