using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Splice.Hooks;

/// <summary>
/// Names the code that produces answers: the module version ids of the application and everything it references, and the
/// runtime. Two machines with the same published folder have the same identity.
/// </summary>
internal static class BuildIdentity
{
    private const int HexDigits = 16;

    public static string OfApplication() => Of(Assembly.GetEntryAssembly() ?? typeof(BuildIdentity).Assembly);

    private static string Of(Assembly entry)
    {
        var seen = new SortedDictionary<string, Guid>(StringComparer.Ordinal);
        Visit(entry, seen);
        var text = new StringBuilder(RuntimeInformation.FrameworkDescription);
        foreach (var (name, module) in seen)
        {
            text.Append('\n').Append(name).Append(' ').Append(module);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..HexDigits];
    }

    private static void Visit(Assembly assembly, SortedDictionary<string, Guid> seen)
    {
        if (!seen.TryAdd(assembly.FullName ?? "", assembly.ManifestModule.ModuleVersionId))
        {
            return;
        }

        foreach (var reference in assembly.GetReferencedAssemblies().Where(IsOurs))
        {
            Visit(Assembly.Load(reference), seen);
        }
    }

    // The framework's assemblies come with the runtime, whose version is in the identity already.
    private static bool IsOurs(AssemblyName name) =>
        name.Name is { } text
        && !text.StartsWith("System.", StringComparison.Ordinal)
        && !text.StartsWith("Microsoft.", StringComparison.Ordinal)
        && text is not ("System" or "mscorlib" or "netstandard");
}
