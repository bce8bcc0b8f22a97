namespace Tests.Lab.Replay;

/// <summary>One request to replay.</summary>
/// <param name="Name">For people.</param>
/// <param name="Status">What it is answered with: a case that is refused shows little.</param>
/// <param name="Request">Makes its bytes.</param>
internal sealed record ReplayCase(string Name, int Status, Func<ReplayMailbox, byte[]> Request)
{
    public const string Send = "send once";

    /// <summary>The answer shows that something was done outside.</summary>
    public bool Acts { get; init; }

    /// <summary>What the client acknowledges of an answer that fits into no send buffer.</summary>
    public int TakenBytes { get; init; }
}
