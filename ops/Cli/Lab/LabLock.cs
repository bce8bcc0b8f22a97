namespace Appliance.Cli.Lab;

/// <summary>One command at a time changes the lab; the kernel drops the lock with the process.</summary>
public sealed class LabLock : IDisposable
{
    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    public static LabLock Take()
    {
        Directory.CreateDirectory(LabPaths.Var);
        try
        {
            return new LabLock(new FileStream(Path.Combine(LabPaths.Var, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new FailedException("another ops/appliance command is changing the lab; wait for it to end and try again");
        }
    }

    public void Dispose() => _file.Dispose();
}
