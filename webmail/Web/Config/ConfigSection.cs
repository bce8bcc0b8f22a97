using System.Net;
using System.Text.Json;

namespace Webmail.Web.Config;

/// <summary>Reads one object of the file by key, adding each mistake with its key path to a list shared by all sections.</summary>
internal sealed class ConfigSection(JsonElement element, string path, List<string> mistakes)
{
    private readonly HashSet<string> _known = [];

    public string Text(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : Wrong(key, "must be a text that is not empty", "");

    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    /// <summary>A list of texts that are not empty.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(item =>
        item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text ? text : Wrong(key, "must hold texts that are not empty", ""))];

    public bool Flag(string key, bool absent) => Find(key)?.ValueKind switch
    {
        null => absent,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Wrong(key, "must be true or false", absent),
    };

    public int Port(string key) =>
        Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var port) && port is > 0 and < 65536
            ? port
            : Wrong(key, "must be a port number from 1 to 65535", 0);

    /// <summary>A host's name or address.</summary>
    public string Host(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value && value.GetString() is { } host && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? host
            : Wrong(key, "must be the name or address of a host", "");

    public int Number(string key, int min, int max) =>
        Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : Wrong(key, $"must be a number from {min} to {max}", min);

    public IPEndPoint Endpoint(string key)
    {
        var text = Text(key);
        return text.Length == 0 ? None() : ParseEndpoint(text, Path(key));
    }

    public IReadOnlyList<IPEndPoint> Endpoints(string key) =>
        [.. Items(key).Select((item, index) => ParseEndpoint(item.ValueKind == JsonValueKind.String ? item.GetString() : null, $"{Path(key)}[{index}]"))];

    /// <summary>One endpoint, or a list of them.</summary>
    public IReadOnlyList<IPEndPoint> OneOrMoreEndpoints(string key) =>
        Find(key) is { ValueKind: JsonValueKind.Array } ? Endpoints(key) : [Endpoint(key)];

    public T Word<T>(string key, IReadOnlyDictionary<string, T> words) =>
        words.TryGetValue(Text(key), out var value)
            ? value
            : Wrong(key, $"must be one of {string.Join(", ", words.Keys)}", words.Values.First());

    public ConfigSection Section(string key)
    {
        var found = Find(key);
        if (found is { ValueKind: JsonValueKind.Object } value)
        {
            return new ConfigSection(value, Path(key), mistakes);
        }

        Wrong(key, "must be an object", 0);
        // Its keys are not missing one by one when the whole is.
        return new ConfigSection(default, Path(key), []);
    }

    public IReadOnlyList<ConfigSection> Sections(string key) =>
        [.. Items(key).Select((item, index) => new ConfigSection(item, $"{Path(key)}[{index}]", mistakes))];

    public bool Has(string key) => Find(key) is not null;

    /// <summary>A key nobody asked for is a typing mistake that would otherwise go unnoticed.</summary>
    public void RefuseOthers()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in element.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            mistakes.Add($"{Path(property.Name)}: is not a known key; known here: {string.Join(", ", _known.Order())}");
        }
    }

    private JsonElement[] Items(string key)
    {
        if (Find(key) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() > 0)
        {
            return [.. value.EnumerateArray()];
        }

        Wrong(key, "must be a list with at least one item", 0);
        return [];
    }

    private JsonElement? Find(string key)
    {
        _known.Add(key);
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : null;
    }

    private IPEndPoint ParseEndpoint(string? text, string at)
    {
        if (text is not null && text.Contains(':', StringComparison.Ordinal)
            && IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0)
        {
            return endpoint;
        }

        mistakes.Add($"{at}: must be address:port, for example 10.78.0.21:8080 or [fd78::21]:8080");
        return None();
    }

    private static IPEndPoint None() => new(IPAddress.None, 0);

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private T Wrong<T>(string key, string sentence, T instead)
    {
        mistakes.Add($"{Path(key)}: {(Has(key) ? "" : "is missing; it ")}{sentence}");
        return instead;
    }
}
