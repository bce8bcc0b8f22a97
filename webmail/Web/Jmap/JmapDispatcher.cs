using System.Text.Json.Nodes;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Web.Answers;
using Webmail.Web.Database;

namespace Webmail.Web.Jmap;

/// <summary>Runs the calls of one request in order (RFC 8620 §3.4).</summary>
internal sealed class JmapDispatcher(IEnumerable<IJmapMethod> methods)
{
    private readonly Dictionary<string, IJmapMethod> _methods = methods.ToDictionary(method => method.Name, StringComparer.Ordinal);

    public async Task<JsonObject> RunAsync(JmapRequest request, MailAccount account, CancellationToken cancellationToken)
    {
        var responses = new List<JsonArray>();
        foreach (var invocation in request.Calls)
        {
            responses.AddRange(await RunAsync(invocation, request, responses, account, cancellationToken));
        }

        var answer = new JsonObject
        {
            ["methodResponses"] = new JsonArray([.. responses]),
            ["sessionState"] = JmapSession.State,
        };
        if (request.ReturnsCreatedIds)
        {
            answer["createdIds"] = new JsonObject(request.CreatedIds.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        return answer;
    }

    private async Task<IReadOnlyList<JsonArray>> RunAsync(
        Invocation invocation, JmapRequest request, List<JsonArray> responses, MailAccount account, CancellationToken cancellationToken)
    {
        try
        {
            if (!_methods.TryGetValue(invocation.Name, out var method))
            {
                throw new MethodException("unknownMethod", $"There is no method {invocation.Name} here.");
            }

            var arguments = ResultReferences.Resolve(invocation.Arguments, responses);
            var implied = new List<ImpliedResponse>();
            var response = await method.InvokeAsync(
                new JmapCall(arguments, responses.LastOrDefault(), account, request.CreatedIds, cancellationToken), implied);
            return [
                Response(invocation.Name, response, invocation.CallId),
                .. implied.Select(other => Response(other.Name, other.Arguments, invocation.CallId)),
            ];
        }
        catch (Exception failure) when (TypeOf(failure) is not null)
        {
            var error = new JsonObject { ["type"] = TypeOf(failure), ["description"] = FailureText.Of(failure) };
            return [Response("error", error, invocation.CallId)];
        }
    }

    // One dead part (a mailbox gone, the mail server down) fails the calls that need it, not those that do not.
    private static string? TypeOf(Exception failure) => failure switch
    {
        MethodException method => method.Type,
        MailUnavailableException or DatabaseUnavailableException => "serverUnavailable",
        MailCommandException or MailNotFoundException => "serverFail",
        MailUnsupportedException => "accountNotSupportedByMethod",
        _ => null,
    };

    private static JsonArray Response(string name, JsonObject arguments, string callId) => [name, arguments, callId];
}
