using System.Globalization;
using System.Text.RegularExpressions;

namespace Tests.Unit.Splice;

/// <summary>Prometheus' text format 0.0.4, as strictly as its own parser: a sample belongs to a family that was announced.</summary>
internal sealed partial class PrometheusText
{
    private static readonly string[] HistogramEndings = ["_bucket", "_sum", "_count"];

    private PrometheusText()
    {
    }

    /// <summary>Type by name.</summary>
    public Dictionary<string, string> Families { get; } = [];

    /// <summary>Value by name and labels, as written.</summary>
    public Dictionary<string, double> Samples { get; } = [];

    public static PrometheusText Parse(string text)
    {
        var parsed = new PrometheusText();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Type().Match(line) is { Success: true } type)
            {
                parsed.Families.Add(type.Groups[1].Value, type.Groups[2].Value);
            }
            else if (!Help().IsMatch(line))
            {
                parsed.Add(line);
            }
        }

        return parsed;
    }

    /// <summary>Sum of the samples of a name whose labels contain all of the given ones.</summary>
    public double Sum(string name, params string[] labels) => Samples
        .Where(sample => sample.Key.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => sample.Key.Contains(label, StringComparison.Ordinal)))
        .Sum(sample => sample.Value);

    private void Add(string line)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, $"no sample: {line}");
        var name = sample.Groups[1].Value;
        var family = HistogramEndings.Where(ending => name.EndsWith(ending, StringComparison.Ordinal)).Select(ending => name[..^ending.Length])
            .FirstOrDefault(candidate => Families.GetValueOrDefault(candidate) == "histogram") ?? name;
        Assert.True(Families.ContainsKey(family), $"{name} was not announced");
        Samples.Add(name + "{" + sample.Groups[2].Value + "}", double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(@"^# HELP ([a-z_:][a-z0-9_:]*) .+$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_]+=""(?:[^""\\]|\\.)*"",?)*)\})? (\S+)$")]
    private static partial Regex Sample();
}
