namespace Webmail.Mail.Seams;

/// <summary>One act on the mail server: how it is done, and how doubt about it is resolved.</summary>
public interface IMailEffect<T>
{
    ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>An earlier attempt may or may not have happened: find out, or act again where that is harmless.</summary>
    ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken);
}
