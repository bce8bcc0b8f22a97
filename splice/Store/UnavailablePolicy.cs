namespace Splice.Store;

/// <summary>What a write does when no store node answers.</summary>
public enum UnavailablePolicy
{
    /// <summary>Go on without protection, loudly.</summary>
    KeepServing,

    /// <summary>Throw <see cref="StoreUnavailableException"/>.</summary>
    Refuse,
}
