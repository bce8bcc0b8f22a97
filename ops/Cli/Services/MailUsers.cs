namespace Appliance.Cli.Services;

/// <summary>The people of the demonstration.</summary>
public sealed record MailUser(string Address, string Name, string Password)
{
    public string Local => Address[..Address.IndexOf('@', StringComparison.Ordinal)];
}

/// <summary>Who can sign in to the lab's mail server.</summary>
public static class MailUsers
{
    public static MailUser Alice { get; } = new("alice@example.test", "Alice Ashford", "secret");

    public static MailUser Bob { get; } = new("bob@example.test", "Bob Berger", "secret");

    public static IReadOnlyList<MailUser> All { get; } = [Alice, Bob];
}
