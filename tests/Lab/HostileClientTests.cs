using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>Broken and hostile clients get their defined answer, and it is counted.</summary>
public sealed class HostileClientTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001", 400)]
    public async Task Head_Malformed_IsAnswered400(string head, int status) => await AssertAnswerAsync(head, status);

    [Fact]
    public async Task Head_TooLarge_IsAnswered431() =>
        await AssertAnswerAsync($"GET / HTTP/1.1\r\nHost: a\r\nX-Large: {new string('x', 64 * 1024)}\r\n\r\n", 431);

    [Fact]
    public async Task Head_NeverComplete_IsAnswered408() => await AssertAnswerAsync("GET / HTTP/1.1\r\nHost: a\r\n", 408);

    [Fact]
    public async Task Connection_NoHealthyBackend_IsAnswered503()
    {
        foreach (var files in Topology.Files)
        {
            Failure.Apply(files.Name, Dying.Freeze);
        }

        var proxy = Lab.ActiveProxy;
        await LabFixture.Until(
            () => ControlClient.Get(proxy, "/status")!["backends"]!.AsArray()
                .Where(backend => (string)backend!["pool"]! == "files").All(backend => !(bool)backend!["healthy"]!),
            TimeSpan.FromSeconds(10), "both file servers to be seen dead", Cancelled);
        await AssertAnswerAsync("GET /1k.bin HTTP/1.1\r\nHost: files.lab\r\n\r\n", 503);
    }

    private async Task AssertAnswerAsync(string request, int status)
    {
        var before = Answers(status);
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        await connection.SendAsync(request, Cancelled);
        var head = await connection.ReadHeadAsync(Cancelled);
        Assert.Equal(status, head.Status);
        Assert.Equal(before + 1, Answers(status));
    }

    private long Answers(int status) =>
        (long)ControlClient.Get(Lab.ActiveProxy, "/status")!["answers"]!.AsArray().First(answer => (int)answer!["status"]! == status)!["count"]!;
}
