namespace Appliance.Bench.Mail;

/// <summary>What was measured of one thing that people ask, by each webmail.</summary>
internal sealed class MailTable(string what)
{
    private readonly Dictionary<string, List<WrkResult>> _results = [];

    public IReadOnlyList<RateRow> Rows => [.. _results.Select(pair => RateRow.Of(pair.Key, pair.Value))];

    public void Measure(MailPath path, int users, int seconds)
    {
        _results.TryAdd(path.Path, []);
        _results[path.Path].Add(path.Run(users, what, seconds));
    }
}
