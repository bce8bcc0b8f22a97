using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>An upload whose backend dies half-way is replayed from the input log.</summary>
public sealed class UploadTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData(Dying.Kill, false)]
    [InlineData(Dying.Freeze, false)]
    [InlineData(Dying.Unplug, false)]
    [InlineData(Dying.Reboot, false)]
    [InlineData(Dying.Kill, true)]
    [InlineData(Dying.Unplug, true)]
    public async Task Upload_BackendDiesHalfWay_IsStoredWholeAndOnce(Dying how, bool tls)
    {
        for (var round = 0; round < LabFixture.Rounds(2, 100); round++)
        {
            await UploadAsync(how, tls, round);
            await Lab.MendAsync(Cancelled);
        }
    }

    private async Task UploadAsync(Dying how, bool tls, int round)
    {
        var bytes = new byte[UploadBytes];
        new Random(round + 1000 * (int)how).NextBytes(bytes);
        using var capture = await SynCapture.StartAsync(Cancelled);
        using var connection = await HttpConnection.OpenAsync(tls, "webmail.lab", Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);

        await connection.SendAsync(MailApi.Post($"/jmap/upload/{account}/", MailUsers.Alice, "application/octet-stream", bytes.Length), Cancelled);
        await connection.SendAsync(bytes.AsMemory(0, UploadBytes / 2), Cancelled);
        Failure.Apply(Lab.BackendOf(connection.Client), how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 2), Cancelled);
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);

        Assert.InRange(head.Status, 200, 201);
        var blob = JsonNode.Parse(body)!;
        Assert.Equal(UploadBytes, (int)blob["size"]!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), await BlobSha256Async(connection, account, (string)blob["blobId"]!));
        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
    }

    private static async Task<string> BlobSha256Async(HttpConnection connection, string account, string blob)
    {
        await connection.SendAsync(
            $"GET /jmap/download/{account}/{Uri.EscapeDataString(blob)}/upload.bin?type=application/octet-stream HTTP/1.1\r\nHost: webmail.lab\r\n{MailApi.Credentials(MailUsers.Alice)}\r\n",
            Cancelled);
        var (_, body) = await connection.ReadAnswerAsync(Cancelled);
        return Convert.ToHexStringLower(SHA256.HashData(body));
    }
}
