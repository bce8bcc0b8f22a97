namespace Webmail.Web.Jmap;

/// <summary>A method-level error (RFC 8620 §3.6.2): the call fails, the request goes on.</summary>
internal sealed class MethodException(string type, string description) : Exception(description)
{
    public string Type { get; } = type;
}
