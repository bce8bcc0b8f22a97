using System.Globalization;

namespace Tests.Simulation.Engine;

/// <summary>What happened, as a hash, and as text if somebody wants to read it.</summary>
internal sealed class Trace(bool keepsText)
{
    private const ulong Prime = 0x100000001b3;
    private readonly List<string> _lines = [];

    public bool KeepsText => keepsText;

    public ulong Hash { get; private set; } = 0xcbf29ce484222325;

    public long Events { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Add(long nowNs, string who, string what, long a = 0, long b = 0, long c = 0)
    {
        Events++;
        Mix((ulong)nowNs);
        Mix(who);
        Mix(what);
        Mix((ulong)a);
        Mix((ulong)b);
        Mix((ulong)c);
        if (keepsText)
        {
            Line(nowNs, who, string.Create(CultureInfo.InvariantCulture, $"{what} {a} {b} {c}"));
        }
    }

    /// <summary>For readers only: not part of the hash.</summary>
    public void Line(long nowNs, string who, string text)
    {
        if (keepsText)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{nowNs / 1e6:0.000} {who,-10} {text}"));
        }
    }

    private void Mix(ulong value) => Hash = (Hash ^ value) * Prime;

    private void Mix(string text)
    {
        foreach (var letter in text)
        {
            Mix(letter);
        }
    }
}
