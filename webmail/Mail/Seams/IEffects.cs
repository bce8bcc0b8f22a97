namespace Webmail.Mail.Seams;

/// <summary>Acts on the outside world exactly once per request, also when a crash leaves it in doubt.</summary>
public interface IEffects
{
    ValueTask<T> PerformAsync<T>(string name, IMailEffect<T> effect, CancellationToken cancellationToken);
}
