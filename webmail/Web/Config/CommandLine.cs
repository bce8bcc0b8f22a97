namespace Webmail.Web.Config;

/// <summary>What the program was called with.</summary>
/// <param name="ConfigFile">Its path.</param>
/// <param name="CheckOnly">Say what is wrong in it, and end.</param>
/// <param name="SchemaBack">Undo the last step of the tables, and end.</param>
public sealed record CommandLine(string ConfigFile, bool CheckOnly, bool SchemaBack)
{
    public const string Usage =
        """
        usage: Webmail.Web --config <file.json> [--check | --schema-back]
          --check        says all that is wrong in the configuration file, and ends
          --schema-back  undoes the last step of the database's tables, and ends: for going back to the version before, once all backends run that.
                         To be called with the newer version, which knows the step. What only that step's tables held is lost.
        """;

    public static CommandLine? Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string? file = null;
        var (check, back) = (false, false);
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--check":
                    check = true;
                    break;
                case "--schema-back":
                    back = true;
                    break;
                case "--config" when index + 1 < arguments.Count && file is null:
                    file = arguments[++index];
                    break;
                default:
                    return null;
            }
        }

        return file is null || (check && back) ? null : new CommandLine(file, check, back);
    }
}
