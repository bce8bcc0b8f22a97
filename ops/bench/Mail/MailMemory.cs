using System.Globalization;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Appliance.Bench.Mail;

/// <summary>
/// What somebody needs of the backends who has looked at the list and left the browser open: resident memory of all backends together, after
/// others have been there, so that what the first ones need of every process is not in it. Both times after a while of silence: what
/// a backend throws away meanwhile is collected only when there is enough of it.
/// </summary>
internal static class MailMemory
{
    private const int First = 200;
    private const int Users = 600;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    public static async Task<MemoryRow> MeasureAsync(CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var open = new List<HttpConnection>();
        try
        {
            var before = await ComeAsync(First);
            var after = await ComeAsync(Users);
            return new MemoryRow("an idle user", (after - before) / Users);
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }

        async Task<long> ComeAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var user = new MailUser(BenchMailbox.User(string.Create(CultureInfo.InvariantCulture, $"idle-{run}-{open.Count}")), "Idle User", BenchMailbox.Password);
                open.Add(await LookAsync(user, cancellationToken));
                open.Add(await ListenAsync(user, cancellationToken));
            }

            await Task.Delay(Idle, cancellationToken);
            return ResidentBytes();
        }
    }

    private static async Task<HttpConnection> LookAsync(MailUser user, CancellationToken cancellationToken)
    {
        const int PageRows = 50;
        var connection = await HttpConnection.OpenAsync(cancellationToken);
        var account = await MailApi.AccountAsync(connection, user, cancellationToken);
        var inbox = await MailApi.InboxAsync(connection, user, account, cancellationToken);
        await MailApi.CallAsync(connection, user, MailApi.ListCalls(account, inbox, PageRows), cancellationToken);
        return connection;
    }

    private static async Task<HttpConnection> ListenAsync(MailUser user, CancellationToken cancellationToken)
    {
        var connection = await HttpConnection.OpenAsync(cancellationToken);
        await connection.SendAsync(
            $"GET /jmap/eventsource/?types=*&closeafter=no&ping=300 HTTP/1.1\r\nHost: webmail.lab\r\n{MailApi.Credentials(user)}\r\n", cancellationToken);
        return connection;
    }

    private static long ResidentBytes() => Directory.GetDirectories("/proc").Where(IsBackend).Sum(process => long.Parse(
        File.ReadLines(Path.Combine(process, "status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024);

    /// <summary>Its exit guard has the same memory and another name.</summary>
    private static bool IsBackend(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0')[0].EndsWith("/Webmail.Web", StringComparison.Ordinal)
                && File.ReadAllText(Path.Combine(process, "comm")).Trim() != "exit-guard";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
