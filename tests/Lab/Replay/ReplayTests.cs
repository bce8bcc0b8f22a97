using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Appliance.Cli.Lab;

namespace Tests.Lab.Replay;

/// <summary>Every endpoint of the webmail, replayed on a second process, answers the same bytes (DESIGN, "Journal and replay").</summary>
public sealed class ReplayTests(ReplayStage stage) : IClassFixture<ReplayStage>
{
    public static TheoryData<string> Cases => [.. ReplayCases.All.Select(one => one.Name)];

    public static TheoryData<string> Acts => [.. ReplayCases.All.Where(one => one.Acts).Select(one => one.Name)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Answer_HandedOverAtAnyOffset_GoesOnByteForByte(string name)
    {
        var one = ReplayCases.All.Single(one => one.Name == name);
        var execution = await stage.ExecutionAsync(name);

        foreach (var offset in execution.Offsets)
        {
            AssertSame(execution, offset, await stage.ReplayAsync(execution, offset, Cancelled));
        }

        Assert.Equal(one.Status, execution.Status);
        Assert.Equal(one.Acts, execution.InDoubt() is not null);
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Effect_InDoubt_IsAnsweredAsIfThereWereNone(string name)
    {
        var execution = await stage.ExecutionAsync(name);

        Assert.Equal(WithoutStates(execution.Answer), WithoutStates(await stage.ReplayAsync(execution.InDoubt()!, 0, Cancelled)));
    }

    [Fact]
    public async Task Submission_ReplayedWithAndWithoutDoubt_IsDeliveredOnce()
    {
        var execution = await stage.ExecutionAsync(ReplayCase.Send);
        await stage.ReplayAsync(execution, 0, Cancelled);
        await stage.ReplayAsync(execution.InDoubt()!, 0, Cancelled);

        await LabFixture.Until(() => stage.Delivered().Count > 0, TimeSpan.FromSeconds(20), "the mail to arrive", Cancelled);
        Assert.Single(stage.Delivered());
    }

    [Fact]
    public async Task Endpoints_All_AreReplayed()
    {
        await using var endpoints = new WebmailEndpoints();
        var executions = await Task.WhenAll(ReplayCases.All.Select(one => stage.ExecutionAsync(one.Name)));
        var succeeded = executions.Where(execution => execution.Status < 300).ToList();

        Assert.Empty(endpoints.Routes.Except(succeeded.Select(execution => endpoints.RouteOf(execution.RequestLine))!));
        Assert.Empty(endpoints.JmapMethods.Except(succeeded.SelectMany(execution => execution.MethodResponses)));
    }

    /// <summary>Nothing of the answer had been sent, and what came after the effect is asked anew: others have changed the state meanwhile.</summary>
    private static string WithoutStates(byte[] answer) =>
        Regex.Replace(Encoding.UTF8.GetString(answer), "(?<=Content-Length: )[0-9]+|(?<=\"(oldState|newState)\":\")[0-9]+", "N");

    private static void AssertSame(Execution execution, int offset, byte[] rest)
    {
        var same = execution.Answer.AsSpan(offset).CommonPrefixLength(rest);
        Assert.True(
            same == rest.Length && offset + same == execution.Answer.Length,
            $"handed over at {offset} of {execution.Answer.Length}, {rest.Length} bytes came, which differ at {offset + same}: "
            + $"expected {Around(execution.Answer.AsSpan(offset), same)}, got {Around(rest, same)}");
    }

    private static string Around(ReadOnlySpan<byte> bytes, int at) =>
        Encoding.UTF8.GetString(bytes[Math.Max(0, at - 60)..Math.Min(bytes.Length, at + 60)]);
}
