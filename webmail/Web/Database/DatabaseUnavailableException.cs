namespace Webmail.Web.Database;

/// <summary>The database does not answer; trying later may help.</summary>
public sealed class DatabaseUnavailableException(string message) : Exception(message);
