namespace Webmail.Mail.Writing;

/// <summary>Where a message lies after it was written or moved.</summary>
public sealed record WrittenEmail(uint Validity, uint Uid, long SizeBytes);
