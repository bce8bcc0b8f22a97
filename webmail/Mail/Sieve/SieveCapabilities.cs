using System.Globalization;
using System.Text;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>What the server says of itself (RFC 5804 §1.7).</summary>
public sealed record SieveCapabilities
{
    public string Implementation { get; init; } = "";

    /// <summary>Sieve extensions, as in a script's require.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>URI schemes a script may notify by (RFC 5435); null if it may not.</summary>
    public IReadOnlyList<string>? NotificationMethods { get; init; }

    /// <summary>URI schemes of lists outside of scripts (RFC 6134); null if there are none.</summary>
    public IReadOnlyList<string>? ExternalLists { get; init; }

    /// <summary>How often one message may be redirected; null if the server does not say.</summary>
    public int? RedirectsMax { get; init; }

    /// <summary>CHECKSCRIPT and RENAMESCRIPT are there: an older server is of no version.</summary>
    public bool HasVersion { get; init; }

    internal IReadOnlyList<string> Mechanisms { get; init; } = [];

    internal bool StartTls { get; init; }

    public bool Has(string extension) => Extensions.Contains(extension);

    internal static SieveCapabilities Read(IEnumerable<IReadOnlyList<SieveToken>> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            values[Encoding.UTF8.GetString(line[0].Bytes)] = line.Count > 1 ? Encoding.UTF8.GetString(line[1].Bytes) : "";
        }

        return new SieveCapabilities
        {
            Implementation = values.GetValueOrDefault("IMPLEMENTATION", ""),
            Extensions = Words("SIEVE") ?? [],
            NotificationMethods = Words("NOTIFY"),
            ExternalLists = Words("EXTLISTS"),
            RedirectsMax = int.TryParse(values.GetValueOrDefault("MAXREDIRECTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? max : null,
            HasVersion = values.ContainsKey("VERSION"),
            Mechanisms = Words("SASL") ?? [],
            StartTls = values.ContainsKey("STARTTLS"),
        };

        string[]? Words(string key) => values.TryGetValue(key, out var text) ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;
    }
}
