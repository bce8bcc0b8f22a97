using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods;

internal sealed class CoreEcho : IJmapMethod
{
    public string Name => "Core/echo";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied) =>
        Task.FromResult((JsonObject)call.Arguments.DeepClone());
}
