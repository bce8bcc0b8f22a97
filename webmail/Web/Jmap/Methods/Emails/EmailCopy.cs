using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Copies messages from another account (RFC 8621 §4.7), which nobody has here; within one account it is not for (RFC 8620 §5.4).</summary>
internal sealed class EmailCopy : IJmapMethod
{
    public string Name => "Email/copy";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        throw call.Text("fromAccountId") switch
        {
            null => new MethodException("invalidArguments", "fromAccountId must be given."),
            var same when same == account.Id => new MethodException("invalidArguments", "fromAccountId must be another account; within one, use Email/import or Email/set."),
            var other => new MethodException("fromAccountNotFound", $"There is no account {other}."),
        };
    }
}
