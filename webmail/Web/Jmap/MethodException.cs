namespace Webmail.Web.Jmap;

/// <summary>A method-level error (RFC 8620 §3.6.2): the call fails, the request goes on.</summary>
internal sealed class MethodException(string type, string description) : Exception(description)
{
    public string Type { get; } = type;

    /// <summary>A Foo/set whose ifInState is another than the state (RFC 8620 §5.3).</summary>
    public static MethodException StateMismatch(string? expected) => new("stateMismatch", $"The state is not {expected} any longer.");
}
