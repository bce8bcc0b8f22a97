namespace Tests.Unit.Webmail.Servers;

/// <summary>Where <c>ops/test-servers</c> has unpacked the servers that cannot be installed beside others.</summary>
internal static class TestServers
{
    public static string Folder()
    {
        var root = new DirectoryInfo(Environment.GetEnvironmentVariable("APPLIANCE_ROOT") ?? AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Appliance.sln")))
        {
            root = root.Parent;
        }

        var folder = Path.Combine(root?.FullName ?? "/", "ops", "var", "test-servers", "root");
        Assert.True(Directory.Exists(folder), "the mail servers of the tests are missing; run ops/test-servers");
        return folder;
    }
}
