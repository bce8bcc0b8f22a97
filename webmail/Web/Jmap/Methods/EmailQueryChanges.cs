using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>How the results of a query have changed (RFC 8621 §4.5), where each message's place depends on itself alone.</summary>
internal sealed class EmailQueryChanges(MailIndex index) : IJmapMethod
{
    public string Name => "Email/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = EmailQuery.Read(call);
        var since = QueryChangesAnswer.Since(call);
        var found = await index.FindChangesAsync(call.Account(), query, IndexState.Parse(since), call.Cancelled);
        var removed = found.Removed ?? throw IndexState.Unknown(since);
        return QueryChangesAnswer.Of(call, since, IndexState.Text(found.State), removed, found.Added, found.Total);
    }
}
