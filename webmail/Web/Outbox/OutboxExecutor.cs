using System.Globalization;
using Npgsql;
using Webmail.Web.Leases;

namespace Webmail.Web.Outbox;

/// <summary>Does what is due in the outbox.</summary>
internal sealed class OutboxExecutor(NpgsqlDataSource source, OutboxLeases leases, OutboxSteps steps, ILogger<OutboxExecutor> log)
    : LeasedExecutor<OutboxItem>(source, OutboxChanges.Channel, log)
{
    protected override ValueTask<OutboxItem?> ClaimAsync(CancellationToken cancellationToken) => leases.ClaimAsync(cancellationToken);

    protected override ValueTask<bool> RenewAsync(OutboxItem item, CancellationToken cancellationToken) => leases.RenewAsync(item, cancellationToken);

    protected override Task RunAsync(OutboxItem item, CancellationToken cancellationToken) => steps.RunAsync(item, cancellationToken);

    protected override Task FailAsync(OutboxItem item, string reason, CancellationToken cancellationToken) => steps.FailAsync(item, reason, cancellationToken);

    protected override string Describe(OutboxItem item) => string.Create(CultureInfo.InvariantCulture, $"submission {item.Number}");
}
