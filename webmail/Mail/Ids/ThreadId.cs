namespace Webmail.Mail.Ids;

/// <summary>A conversation, known by the key its account's index gave it.</summary>
public static class ThreadId
{
    private const char Kind = 't';

    public static bool TryKey(string? text, out long key) => IdText.TryKey(Kind, text, out key);

    public static string Text(long key) => IdText.Of(Kind, key);
}
