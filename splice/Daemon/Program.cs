using Splice.Daemon;
using Splice.Daemon.Configuration;
using Splice.Daemon.Kernel;

const int Ok = 0;
const int Failed = 1;
const int WrongArguments = 2;
const string Usage = """
    spliced: joins clients and backends by TCP splice, and keeps the joint when either side of it dies.

      spliced --config FILE            run
      spliced --config FILE --check    check the configuration and exit: 0 correct, 2 not
      spliced --config FILE --remove   take program and maps out of the kernel; spliced flows end
    """;

if (args is not (["--config", _] or ["--config", _, "--check" or "--remove"]))
{
    Console.Error.WriteLine(Usage);
    return args is ["--help"] ? Ok : WrongArguments;
}

var file = args[1];
var config = SplicedConfigFile.Read(file, out var mistakes);
if (config is null)
{
    foreach (var mistake in mistakes)
    {
        Console.Error.WriteLine(mistake);
    }

    return WrongArguments;
}

try
{
    switch (args)
    {
        case [_, _, "--check"]:
            Console.WriteLine($"{file}: correct");
            return Ok;
        case [_, _, "--remove"]:
            KernelProgram.Remove(config.PinPath, config.FrontDevice, config.BackDevice);
            return Ok;
        default:
            await Spliced.RunAsync(config);
            return Ok;
    }
}
catch (KernelException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Failed;
}
