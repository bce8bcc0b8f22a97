namespace Webmail.Mail.Sieve.Protocol;

/// <summary>How a command has ended (RFC 5804 §1.2).</summary>
internal enum SieveStatus
{
    Ok,
    No,
    Bye,
}

/// <summary>The last line of a response.</summary>
/// <param name="Status">How the command has ended.</param>
/// <param name="Code">In capitals, without what belongs to it: QUOTA/MAXSIZE, WARNINGS (RFC 5804 §1.3). Empty if there is none.</param>
/// <param name="CodeArgument">The first string that belongs to the code.</param>
/// <param name="Text">For people; empty if the server says nothing.</param>
internal sealed record SieveAnswer(SieveStatus Status, string Code, string CodeArgument, string Text)
{
    public bool IsOk => Status == SieveStatus.Ok;

    /// <summary>Codes are hierarchical: QUOTA/MAXSIZE is a QUOTA.</summary>
    public bool Is(string code) => Code == code || Code.StartsWith(code + "/", StringComparison.Ordinal);
}
