using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

const int WrongConfiguration = 2;

if (CommandLine.Parse(args) is not { } line)
{
    Console.Error.WriteLine(CommandLine.Usage);
    return WrongConfiguration;
}

if (!File.Exists(line.ConfigFile))
{
    Console.Error.WriteLine($"the configuration file {line.ConfigFile} does not exist; give the right path after --config");
    return WrongConfiguration;
}

var (config, mistakes) = ConfigReader.Read(await File.ReadAllTextAsync(line.ConfigFile));
foreach (var mistake in mistakes)
{
    Console.Error.WriteLine($"{line.ConfigFile}: {mistake}");
}

if (config is null || line.CheckOnly)
{
    return config is null ? WrongConfiguration : 0;
}

if (line.SchemaBack)
{
#pragma warning disable RS0030 // A command of the operator's, not a request.
    return await SchemaBackCommand.RunAsync(config.Database, Console.Out, Console.Error, TimeProvider.System, CancellationToken.None);
#pragma warning restore RS0030
}

var app = WebmailApp.Build(config);
await app.RunAsync();
return 0;
