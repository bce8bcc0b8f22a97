using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>
/// A real submission server on a free loopback port. It knows bob and secret at example.test, and takes messages up to
/// <see cref="SizeMax"/> bytes from whoever signs in.
/// </summary>
public interface ISubmissionServer : IDisposable
{
    const int SizeMax = 50_000;

    MailServerOptions Options { get; }

    /// <summary>What it takes from now on.</summary>
    void SetPassword(string password);

    /// <summary>The messages it has delivered, one for each receiver.</summary>
    IReadOnlyList<string> Delivered();
}
