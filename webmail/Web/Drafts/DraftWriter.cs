using System.Globalization;
using Npgsql;
using Webmail.Web.Leases;

namespace Webmail.Web.Drafts;

/// <summary>Writes drafts to the mailbox Drafts.</summary>
internal sealed class DraftWriter(NpgsqlDataSource source, DraftLeases leases, DraftSteps steps, ILogger<DraftWriter> log)
    : LeasedExecutor<DraftItem>(source, DraftChanges.Channel, log)
{
    protected override ValueTask<DraftItem?> ClaimAsync(CancellationToken cancellationToken) => leases.ClaimAsync(cancellationToken);

    protected override ValueTask<bool> RenewAsync(DraftItem item, CancellationToken cancellationToken) => leases.RenewAsync(item, cancellationToken);

    protected override Task RunAsync(DraftItem item, CancellationToken cancellationToken) => steps.RunAsync(item, cancellationToken);

    protected override Task FailAsync(DraftItem item, string reason, CancellationToken cancellationToken) => steps.FailAsync(item, reason, cancellationToken);

    protected override string Describe(DraftItem item) => string.Create(CultureInfo.InvariantCulture, $"draft {item.Number}");
}
