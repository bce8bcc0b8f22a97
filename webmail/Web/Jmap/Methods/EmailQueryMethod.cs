using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Finds and sorts messages (RFC 8621 §4.4), with all its filters and sort orders.</summary>
internal sealed class EmailQueryMethod(MailIndex index) : IJmapMethod
{
    public string Name => "Email/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = EmailQuery.Read(call);
        var window = QueryWindow.Read(call);
        var found = await index.FindAsync(call.Account(), query, window, call.Flag("calculateTotal"), call.Cancelled);
        var page = found.Page ?? throw new MethodException("anchorNotFound", $"{window.Anchor} is not among the results.");
        var answer = window.Answer(call, IndexState.Text(found.State), found.CanCalculateChanges, page);
        answer["collapseThreads"] = query.CollapseThreads;
        return answer;
    }
}
