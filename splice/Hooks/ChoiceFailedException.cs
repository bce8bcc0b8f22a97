namespace Splice.Hooks;

/// <summary>
/// A choice's delegate failed with an exception that a replay cannot construct again. Thrown in capture and in replay
/// alike, so that the application behaves the same in both.
/// </summary>
public sealed class ChoiceFailedException(string type, string message) : Exception(message)
{
    /// <summary>Full name of the exception's type.</summary>
    public string FailureType { get; } = type;
}
