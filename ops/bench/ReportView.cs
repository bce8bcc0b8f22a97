using System.Globalization;
using System.Text.Json;

namespace Appliance.Bench;

/// <summary>A report for people: each list of rows as a table; rates also as a ratio to the first path.</summary>
internal static class ReportView
{
    public static void Write(JsonElement report)
    {
        foreach (var section in report.EnumerateObject())
        {
            Console.WriteLine(section.Name);
            (string Path, double Rate)? first = null;
            foreach (var row in section.Value.EnumerateArray())
            {
                var cells = row.EnumerateObject().SelectMany(Cells).ToList();
                if (row.TryGetProperty("bytesPerSecond", out var rate) || row.TryGetProperty("perSecond", out rate))
                {
                    first ??= (row.GetProperty("path").GetString()!, rate.GetDouble());
                    cells.Add(string.Create(CultureInfo.InvariantCulture, $"{rate.GetDouble() / first.Value.Rate:0.00} of {first.Value.Path}"));
                }

                Console.WriteLine("  " + string.Join("  ", cells));
            }
        }
    }

    private static IEnumerable<string> Cells(JsonProperty cell) => cell.Value.ValueKind switch
    {
        JsonValueKind.Object => cell.Value.EnumerateObject().SelectMany(Cells),
        JsonValueKind.Number => [string.Create(CultureInfo.InvariantCulture, $"{cell.Name} {cell.Value.GetDouble():#,0.##}")],
        _ => [cell.Value.ToString().PadRight(8)],
    };
}
