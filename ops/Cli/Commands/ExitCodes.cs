namespace Appliance.Cli.Commands;

/// <summary>What the command line returns; shown by --help.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int WrongArguments = 2;
    public const int MissingRequirement = 3;
    public const int NotRunning = 4;
}
