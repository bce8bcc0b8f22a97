using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Tests.Lab.Replay;

/// <summary>Bytes of requests.</summary>
internal static class ReplayRequest
{
    public const string SameOrigin = "Sec-Fetch-Site: same-origin\r\n";
    public static readonly string Alice = MailApi.Credentials(MailUsers.Alice);

    public static byte[] Of(string method, string path, string fields = "") =>
        Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: webmail.lab\r\n{fields}\r\n");

    public static byte[] Of(string method, string path, string fields, ReadOnlySpan<byte> body) =>
        [.. Of(method, path, $"{fields}Content-Length: {body.Length}\r\n"), .. body];

    public static byte[] SignIn(string password, string cookie = "", string? code = null, MailUser? user = null, bool wantsToken = false) =>
        Json("/session", cookie, new JsonObject { ["username"] = (user ?? MailUsers.Alice).Address, ["password"] = password, ["code"] = code, ["accessToken"] = wantsToken });

    public static byte[] Json(string path, string cookie, JsonObject body) =>
        Of("POST", path, $"{SameOrigin}{cookie}Content-Type: application/json\r\n", Encoding.UTF8.GetBytes(body.ToJsonString()));

    public static byte[] Jmap(params JsonArray calls) => Jmap(MailUsers.Alice, calls);

    public static byte[] Jmap(MailUser user, JsonArray calls) => Encoding.UTF8.GetBytes(MailApi.Request(user, calls));

    public static byte[] Api(string body) => Of("POST", MailApi.Path, Alice, Encoding.UTF8.GetBytes(body));
}
