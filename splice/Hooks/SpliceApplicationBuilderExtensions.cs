using Microsoft.AspNetCore.Builder;

namespace Splice.Hooks;

/// <summary>The pipeline of a backend.</summary>
public static class SpliceApplicationBuilderExtensions
{
    /// <summary>Gives each request its journal. First of all middleware: it also answers when the application fails.</summary>
    public static IApplicationBuilder UseSplice(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<SpliceRequestMiddleware>();
    }
}
