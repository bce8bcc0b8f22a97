using System.Globalization;
using Npgsql;
using Webmail.Web.Leases;

namespace Webmail.Web.Jobs;

/// <summary>Does the jobs.</summary>
internal sealed class JobExecutor(NpgsqlDataSource source, JobLeases leases, JobSteps steps, ILogger<JobExecutor> log)
    : LeasedExecutor<JobItem>(source, JobQueue.Channel, log)
{
    protected override ValueTask<JobItem?> ClaimAsync(CancellationToken cancellationToken) => leases.ClaimAsync(cancellationToken);

    protected override ValueTask<bool> RenewAsync(JobItem item, CancellationToken cancellationToken) => leases.RenewAsync(item, cancellationToken);

    protected override Task RunAsync(JobItem item, CancellationToken cancellationToken) => steps.RunAsync(item, cancellationToken);

    protected override Task FailAsync(JobItem item, string reason, CancellationToken cancellationToken) => steps.RefuseAsync(item, reason, cancellationToken);

    protected override string Describe(JobItem item) => string.Create(CultureInfo.InvariantCulture, $"job {item.Number}");
}
