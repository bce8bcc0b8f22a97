using System.Reflection;

namespace Splice.Daemon;

/// <summary>What runs here, as status, metrics and spans say it.</summary>
internal static class SplicedVersion
{
    public static string Text { get; } =
        typeof(SplicedVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
