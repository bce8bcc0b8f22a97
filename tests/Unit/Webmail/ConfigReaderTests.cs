using Webmail.Web.Config;

namespace Tests.Unit.Webmail;

public sealed class ConfigReaderTests
{
    private const string Good =
        """
        { "name": "b", "listen": "127.0.0.1:8080", "splice": { "enabled": false },
          "imap": { "host": "m", "port": 143, "tls": "none" }, "submission": { "host": "m", "port": 587, "tls": "starttls" },
          "database": { "host": "d", "port": 5432, "name": "webmail", "user": "webmail" } }
        """;

    [Fact]
    public void Read_CompleteFile_HasNoMistakes()
    {
        var (config, mistakes) = ConfigReader.Read(Good);

        Assert.Empty(mistakes);
        Assert.Equal(8080, Assert.Single(config!.Listen).Port);
    }

    [Fact]
    public void Read_ListenOnBothFamilies_IsAList()
    {
        var (config, mistakes) = ConfigReader.Read(
            Good.Replace("\"127.0.0.1:8080\"", "[ \"127.0.0.1:8080\", \"[::1]:8080\" ]", StringComparison.Ordinal));

        Assert.Empty(mistakes);
        Assert.Equal(["127.0.0.1:8080", "[::1]:8080"], config!.Listen.Select(listen => listen.ToString()));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("""{ "host": "s", "port": 4190, "tls": "implicit" }""", "s", null)]
    [InlineData("""{ "host": "s", "port": 4190, "tls": "maybe" }""", null, "sieve.tls")]
    public void Read_Sieve_IsOptionalButComplete(string section, string? host, string? mistake)
    {
        var (config, mistakes) = ConfigReader.Read(
            section.Length == 0 ? Good : Good.Replace("\"database\"", $"\"sieve\": {section}, \"database\"", StringComparison.Ordinal));

        Assert.Equal(mistake, mistakes.SingleOrDefault()?.Split(':')[0]);
        Assert.Equal(host, config?.Sieve?.Host);
    }

    [Theory]
    [InlineData("""{ "socket": "s", "discoverInternal": true, "nameServer": "127.0.0.1:53" }""", "s", null)]
    [InlineData("""{ "socket": "s" }""", "s", null)]
    [InlineData("""{ "socket": "no such folder/s" }""", null, "admin.socket")]
    [InlineData("""{ "sockt": "s" }""", null, "admin.socket,admin.sockt")]
    public void Read_Admin_IsOptionalButComplete(string section, string? socket, string? mistakenKeys)
    {
        var (config, mistakes) = ConfigReader.Read(Good.Replace("\"database\"", $"\"admin\": {section}, \"database\"", StringComparison.Ordinal));

        Assert.Equal(mistakenKeys ?? "", string.Join(',', mistakes.Select(mistake => mistake.Split(':')[0])));
        Assert.Equal(socket, config?.Admin?.Socket);
    }

    [Fact]
    public void Read_ManyMistakes_ReportsAllWithKeyPaths()
    {
        var bad = Good.Replace("143", "0", StringComparison.Ordinal)
            .Replace("starttls", "perhaps", StringComparison.Ordinal)
            .Replace("\"user\"", "\"uesr\"", StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", "8080", StringComparison.Ordinal);

        var (config, mistakes) = ConfigReader.Read(bad);

        Assert.Null(config);
        Assert.Equal(
            ["database.uesr", "database.user", "imap.port", "listen", "submission.tls"],
            mistakes.Select(mistake => mistake.Split(':')[0]).Order(StringComparer.Ordinal));
    }
}
