namespace Webmail.Mail.Seams;

/// <summary>What signs in to IMAP and submission. Never logged: <see cref="ToString"/> names the user only.</summary>
public sealed record Credentials(string Username, string Password)
{
    public override string ToString() => Username;
}
