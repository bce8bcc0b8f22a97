namespace Webmail.Web.Config;

/// <summary>What the program was called with.</summary>
public sealed record CommandLine(string ConfigFile, bool CheckOnly)
{
    public const string Usage = "usage: Webmail.Web --config <file.json> [--check]";

    public static CommandLine? Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string? file = null;
        var check = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--check":
                    check = true;
                    break;
                case "--config" when index + 1 < arguments.Count && file is null:
                    file = arguments[++index];
                    break;
                default:
                    return null;
            }
        }

        return file is null ? null : new CommandLine(file, check);
    }
}
