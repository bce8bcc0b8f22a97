namespace Webmail.Mail.Quotas;

/// <summary>One limit that the mail server sets an account, and how much of it is used (RFC 9208).</summary>
/// <param name="Root">Name of the quota root; often empty.</param>
/// <param name="Resource">What is counted.</param>
/// <param name="Used">Bytes, or messages.</param>
/// <param name="Limit">Bytes, or messages; more is refused.</param>
public sealed record Quota(string Root, QuotaResource Resource, long Used, long Limit);

/// <summary>What a quota counts.</summary>
public enum QuotaResource
{
    /// <summary>Bytes of messages (STORAGE, which IMAP counts in units of 1,024).</summary>
    Storage,

    /// <summary>Messages (MESSAGE).</summary>
    Messages,
}
