using System.Net;
using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

public sealed class TelemetryConfigTests : IDisposable
{
    private readonly DaemonTlsCertificates _files = new();

    [Fact]
    public void Section_IsOptional_AndThenNothingIsTold()
    {
        var config = Read(null, out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(new TelemetryConfig(), config!.Telemetry);
    }

    [Fact]
    public void Section_WithItsKeys_IsRead()
    {
        var config = Read(new { MetricsEndpoint = "10.78.0.11:9464", OtlpEndpoint = "http://10.78.0.50:4318" }, out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(IPEndPoint.Parse("10.78.0.11:9464"), config!.Telemetry.MetricsEndpoint);
        Assert.Equal(new Uri("http://10.78.0.50:4318"), config.Telemetry.OtlpEndpoint);
    }

    [Theory]
    [InlineData("10.78.0.11")]
    [InlineData("proxy1:9464")]
    [InlineData("10.77.0.100:9464")]
    [InlineData("10.78.0.100:9464")]
    [InlineData("0.0.0.0:9464")]
    [InlineData("[::]:9464")]
    public void MetricsEndpoint_ThatClientsReachOrThatMoves_IsAMistake(string endPoint)
    {
        Read(new { MetricsEndpoint = endPoint }, out var mistakes);

        Assert.StartsWith("telemetry.metricsEndpoint: ", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.78.0.50:4318")]
    [InlineData("grpc://10.78.0.50:4317")]
    [InlineData("/v1/traces")]
    public void OtlpEndpoint_ThatIsNoAddressOfHttp_IsAMistake(string url)
    {
        Read(new { OtlpEndpoint = url }, out var mistakes);

        Assert.StartsWith("telemetry.otlpEndpoint: ", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private SplicedConfig? Read(object? telemetry, out IReadOnlyList<string> mistakes) =>
        DaemonConfigFile.Read(_files, null, [], telemetry, out mistakes);
}
