using Npgsql;
using Webmail.Web.Config;

namespace Webmail.Web.Database;

/// <summary>What the operator calls before the version is run again that does not know the last step.</summary>
public static class SchemaBackCommand
{
    /// <returns>The exit code: 0 if the step was undone.</returns>
    public static async Task<int> RunAsync(DatabaseConfig config, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        await using var source = DatabaseSource.Create(config, time);
        try
        {
            var undone = await new Migration(source).BackAsync(cancellationToken);
            await output.WriteLineAsync(
                $"step {undone.Name} is undone; the database is at step {undone.Number - 1}. A backend of this version that starts does the step again.");
            return 0;
        }
        catch (SchemaException refused)
        {
            await errors.WriteLineAsync($"nothing was changed: {refused.Message}");
        }
        catch (PostgresException refused)
        {
            await errors.WriteLineAsync($"nothing was changed: {refused.MessageText}");
        }
        catch (NpgsqlException broken)
        {
            await errors.WriteLineAsync($"the database does not answer ({broken.Message}); see whether it runs, and call this again");
        }

        return 1;
    }
}
