using Webmail.Web.Config;

namespace Tests.Unit.Webmail;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--config a.json", false, false)]
    [InlineData("--check --config a.json", true, false)]
    [InlineData("--config a.json --schema-back", false, true)]
    public void Parse_WhatTheUsageSays_IsTaken(string arguments, bool checkOnly, bool schemaBack) =>
        Assert.Equal(new CommandLine("a.json", checkOnly, schemaBack), CommandLine.Parse(arguments.Split(' ')));

    [Theory]
    [InlineData("")]
    [InlineData("--config")]
    [InlineData("--schema-back")]
    [InlineData("--config a.json --check --schema-back")]
    [InlineData("--config a.json --schema-forward")]
    public void Parse_AnythingElse_IsRefused(string arguments) => Assert.Null(CommandLine.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
