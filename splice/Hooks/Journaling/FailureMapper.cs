namespace Splice.Hooks;

/// <summary>
/// Makes an exception from its journaled type and message: the same one in capture and replay. Types with a constructor
/// that takes the message only survive; all others become <see cref="ChoiceFailedException"/>.
/// </summary>
internal static class FailureMapper
{
    public static string NameOf(Exception failure) => failure.GetType().AssemblyQualifiedName ?? failure.GetType().Name;

    public static Exception Make(string type, string message)
    {
        // The journal is sealed with the cluster key and written by the same build, so the name is one of our own.
        if (Type.GetType(type) is { } known
            && typeof(Exception).IsAssignableFrom(known)
            && known.GetConstructor([typeof(string)]) is { } constructor)
        {
            return (Exception)constructor.Invoke([message]);
        }

        return new ChoiceFailedException(type.Split(',')[0], message);
    }
}
