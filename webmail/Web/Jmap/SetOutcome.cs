using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>The answer of a Foo/set as an effect's outcome: text, so that it is the same node whether it was just made or comes out of the journal.</summary>
internal static class SetOutcome
{
    /// <param name="text">Null if the state was another than the one expected.</param>
    /// <param name="ifInState">That one.</param>
    /// <exception cref="MethodException">stateMismatch.</exception>
    public static JsonObject Read(string? text, string? ifInState) => text is null ? throw MethodException.StateMismatch(ifInState) : (JsonObject)JsonNode.Parse(text)!;
}
