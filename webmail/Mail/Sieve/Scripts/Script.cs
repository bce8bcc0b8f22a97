namespace Webmail.Mail.Sieve.Scripts;

/// <summary>A script on the server.</summary>
/// <param name="Id">Stays the same when the script is renamed through us.</param>
/// <param name="Name">As the server knows it.</param>
/// <param name="BlobId">Of its content.</param>
/// <param name="IsActive">The server runs it for each message.</param>
/// <param name="IsOwn">Written by us for the vacation response: it is changed there only.</param>
public sealed record Script(string Id, string Name, string BlobId, bool IsActive, bool IsOwn);
