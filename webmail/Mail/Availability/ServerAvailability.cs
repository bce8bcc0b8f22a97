namespace Webmail.Mail.Availability;

/// <summary>How a server does, as far as this process knows.</summary>
public enum ServerAvailability
{
    Ok,

    /// <summary>It answers, but not as fast as usual.</summary>
    Slow,

    /// <summary>It does not answer.</summary>
    Away,
}

/// <param name="Availability">How it does.</param>
/// <param name="Since">For how long it has been so; null if it is well.</param>
public sealed record ServerCondition(ServerAvailability Availability, DateTimeOffset? Since)
{
    public static readonly ServerCondition Ok = new(ServerAvailability.Ok, null);
}
