using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webmail.Web.Push;

/// <summary>The lines of a stream (text/event-stream of the HTML standard).</summary>
internal static class PushText
{
    /// <summary>An id without data: whoever loses the connection before the first event knows what to ask for.</summary>
    public static byte[] Opening(PushStates known) => Encoding.ASCII.GetBytes($"retry: {PushLimits.ReconnectMilliseconds}\nid: {known.Id}\n\n");

    public static byte[] StateChange(string account, PushStates states, JsonObject changed) =>
        Event("state", $"id: {states.Id}\n", new JsonObject { ["@type"] = "StateChange", ["changed"] = new JsonObject { [account] = changed } });

    /// <summary>A comment if the client wants no pings.</summary>
    public static byte[] Ping(TimeSpan? interval) =>
        interval is { } every ? Event("ping", "", new JsonObject { ["interval"] = (int)every.TotalSeconds }) : ":\n\n"u8.ToArray();

    private static byte[] Event(string name, string id, JsonObject data) =>
        Encoding.UTF8.GetBytes($"event: {name}\n{id}data: {data.ToJsonString(JsonSerializerOptions.Web)}\n\n");
}
