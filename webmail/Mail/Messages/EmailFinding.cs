namespace Webmail.Mail.Messages;

/// <summary>The window of a query's answer, its real position and how many there are in all.</summary>
public sealed record EmailFinding(uint Validity, uint[] Uids, int Position, int Total, ulong Modified);
