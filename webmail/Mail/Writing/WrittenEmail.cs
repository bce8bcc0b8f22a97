namespace Webmail.Mail.Writing;

/// <summary>Where a message lies after it was written or moved.</summary>
public sealed record WrittenEmail(string Id, string ThreadId, long SizeBytes);
