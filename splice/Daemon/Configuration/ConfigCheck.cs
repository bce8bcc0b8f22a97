using System.Net;
using Splice.Wire;

namespace Splice.Daemon.Configuration;

/// <summary>Checks single values; a wrong one becomes a sentence in the list and a harmless placeholder in the result.</summary>
internal sealed class ConfigCheck(List<string> mistakes)
{
    public string Text(string key, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            mistakes.Add($"{key}: is missing; give it a value");
        }

        return value ?? "";
    }

    public IPAddress Address(string key, string? value)
    {
        if (IPAddress.TryParse(value, out var address))
        {
            return address;
        }

        mistakes.Add($"{key}: '{value}' is no IP address; write one such as 10.77.0.100 or fd77::100");
        return IPAddress.None;
    }

    public IPEndPoint EndPoint(string key, string? value)
    {
        if (IPEndPoint.TryParse(value ?? "", out var endPoint) && endPoint.Port != 0)
        {
            return endPoint;
        }

        mistakes.Add($"{key}: '{value}' is no address with a port; write one such as 10.78.0.21:8080 or [fd78::21]:8080");
        return new IPEndPoint(IPAddress.None, 1);
    }

    public IReadOnlyList<IPEndPoint> EndPoints(string key, List<string>? values)
    {
        NotEmpty(key, values?.Count ?? 0);
        return (values ?? []).Select((value, i) => EndPoint($"{key}[{i}]", value)).ToList();
    }

    public Uri? HttpUrl(string key, string? value)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        mistakes.Add($"{key}: '{value}' is no address of HTTP; write one such as http://10.78.0.50:4318");
        return null;
    }

    public BackendKind Kind(string key, string? value)
    {
        switch (value)
        {
            case "hooks": return BackendKind.Hooks;
            case "plain": return BackendKind.Plain;
            default:
                mistakes.Add($"{key}: '{value}' is no kind of backend; write hooks or plain");
                return BackendKind.Plain;
        }
    }

    public string OneOf(string key, string? value, IEnumerable<string> allowed)
    {
        var names = allowed.ToList();
        if (value is null || !names.Contains(value))
        {
            mistakes.Add($"{key}: '{value}' is not defined; use one of {string.Join(", ", names)}");
        }

        return value ?? "";
    }

    public IReadOnlyList<string> Some(string key, List<string>? values)
    {
        NotEmpty(key, values?.Count ?? 0);
        return values ?? [];
    }

    public void NotEmpty(string key, int count)
    {
        if (count == 0)
        {
            mistakes.Add($"{key}: is empty; name at least one");
        }
    }

    public void Distinct(string key, IEnumerable<string> values)
    {
        foreach (var twice in values.GroupBy(value => value).Where(group => group.Count() > 1))
        {
            mistakes.Add($"{key}: '{twice.Key}' occurs {twice.Count()} times; names must differ");
        }
    }

    public void Range(string key, int value, int first, int last)
    {
        if (value < first || value > last)
        {
            mistakes.Add($"{key}: {value} is outside {first} to {last}");
        }
    }

    public string ExistingFile(string key, string? path)
    {
        if (!File.Exists(path))
        {
            mistakes.Add($"{key}: there is no file '{path}'");
        }

        return path ?? "";
    }

    public byte[] Secret(string key, string? path, int bytesMin)
    {
        if (ExistingFile(key, path) is { } file && File.Exists(file))
        {
            var bytes = File.ReadAllBytes(file);
            if (bytes.Length >= bytesMin)
            {
                return bytes;
            }

            mistakes.Add($"{key}: '{path}' holds {bytes.Length} bytes; at least {bytesMin} random bytes are needed");
        }

        return [];
    }
}
