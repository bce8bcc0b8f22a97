using System.Text.Json.Nodes;
using Webmail.Web.Jmap;

namespace Tests.Unit.Webmail;

public sealed class ResultReferencesTests
{
    private static readonly JsonArray[] Responses =
    [
        Parse("""["Email/query",{"ids":["a","b"]},"q"]"""),
        Parse("""["Thread/get",{"list":[{"emailIds":["x","y"]},{"emailIds":["z"]}]},"t"]"""),
    ];

    [Theory]
    [InlineData("q", "Email/query", "/ids", """["a","b"]""")]
    [InlineData("q", "Email/query", "/ids/1", "\"b\"")]
    [InlineData("t", "Thread/get", "/list/*/emailIds", """["x","y","z"]""")]
    public void Resolve_Reference_IsReplaced(string call, string name, string path, string expected)
    {
        var resolved = ResultReferences.Resolve(Reference(call, name, path), Responses);

        Assert.Equal(expected, resolved["ids"]!.ToJsonString());
    }

    [Theory]
    [InlineData("none", "Email/query", "/ids")]
    [InlineData("q", "Email/get", "/ids")]
    [InlineData("q", "Email/query", "/nothing")]
    [InlineData("q", "Email/query", "ids")]
    public void Resolve_ReferenceToNothing_IsRefused(string call, string name, string path)
    {
        var error = Assert.Throws<MethodException>(() => ResultReferences.Resolve(Reference(call, name, path), Responses));

        Assert.Equal("invalidResultReference", error.Type);
    }

    [Fact]
    public void Resolve_ArgumentGivenTwice_IsRefused()
    {
        var arguments = Reference("q", "Email/query", "/ids");
        arguments["ids"] = new JsonArray();

        Assert.Equal("invalidArguments", Assert.Throws<MethodException>(() => ResultReferences.Resolve(arguments, Responses)).Type);
    }

    private static JsonObject Reference(string call, string name, string path) =>
        new() { ["#ids"] = new JsonObject { ["resultOf"] = call, ["name"] = name, ["path"] = path } };

    private static JsonArray Parse(string json) => (JsonArray)JsonNode.Parse(json)!;
}
