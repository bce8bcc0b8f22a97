namespace Splice.Daemon.Telemetry;

/// <summary>Values of enums as values of labels, in the words that the status uses too; made once.</summary>
internal static class Labels
{
    /// <summary>Indexed by the enum's value.</summary>
    public static KeyValuePair<string, object?>[] Of<T>(string label)
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => new KeyValuePair<string, object?>(label, Words(name)))];

    /// <summary>"ClientBeganAnew" becomes "client began anew".</summary>
    public static string Words(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(letter) : letter.ToString()));
}
