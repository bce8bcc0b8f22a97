namespace Webmail.Mail.Seams;

/// <summary>Asks the outside world once per request; the composition root decides how the answer is remembered.</summary>
public interface IChoices
{
    ValueTask<T> ChooseAsync<T>(string name, Func<CancellationToken, ValueTask<T>> choose, CancellationToken cancellationToken);

    /// <summary>Reads content that can never change under its name; only a hash of it needs to be remembered.</summary>
    ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        string name, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken);
}
