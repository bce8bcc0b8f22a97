using Webmail.Mail.Seams;

namespace Webmail.Web.Database;

/// <summary>Reads first what takes long, so that nobody waits for it within the transaction.</summary>
internal sealed class PreparedEffect<T>(Func<CancellationToken, Task> prepare, IMailEffect<T> act) : IMailEffect<T>
{
    public async ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
        await prepare(cancellationToken);
        return await act.PerformAsync(id, cancellationToken);
    }

    public async ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        await prepare(cancellationToken);
        return await act.ResolveAsync(id, cancellationToken);
    }
}
