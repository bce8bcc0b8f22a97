namespace Webmail.Web.Database;

/// <summary>The tables cannot be taken back; the message tells the operator why, and what else to do.</summary>
public sealed class SchemaException(string message) : Exception(message);
