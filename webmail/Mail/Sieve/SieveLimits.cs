namespace Webmail.Mail.Sieve;

/// <summary>What we send and take at most.</summary>
public static class SieveLimits
{
    /// <summary>One script. Dovecot's own limit is the same unless it is configured otherwise.</summary>
    public const int ScriptBytesMax = 1024 * 1024;

    /// <summary>A script's name: 128 characters of UTF-8, which every server takes (RFC 5804 §1.6).</summary>
    public const int NameBytesMax = 512;

    /// <summary>More scripts than this are not read.</summary>
    public const int ScriptsMax = 200;

    /// <summary>A line of a response without its literals.</summary>
    internal const int LineBytesMax = 32 * 1024;

    /// <summary>Strings, atoms and parentheses of a line.</summary>
    internal const int TokensMax = 32;

    /// <summary>The literals of a line together: a script, or what the server says about one.</summary>
    internal const int LiteralBytesMax = 2 * ScriptBytesMax;

    /// <summary>All lines of a response together, and how many they are.</summary>
    internal const int ResponseBytesMax = 2 * LiteralBytesMax;
    internal const int ResponseLinesMax = 1000;

    /// <summary>Longer strings are sent as literals; servers need not take longer quoted ones (RFC 5804 §4).</summary>
    internal const int QuotedBytesMax = 1024;
}
