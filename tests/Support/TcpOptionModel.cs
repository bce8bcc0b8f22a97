using System.Buffers.Binary;

namespace Tests.Support;

/// <summary>What translation makes of the options of a segment, as RFC 9293 §3.2 and RFC 2018 describe them.</summary>
/// <param name="Delta">Taken off every edge.</param>
/// <param name="Allowed">Both legs have negotiated SACK.</param>
/// <param name="Ceiling">No edge may lie after it; null if there is none.</param>
public sealed record TcpOptionModel(uint Delta, bool Allowed, uint? Ceiling)
{
    private const byte End = 0, Nop = 1, Sack = 5;
    private const int EdgesMax = 8;

    /// <summary>Null if the options are malformed. A sender that repeats an option means the last one.</summary>
    public byte[]? Translate(byte[] options)
    {
        if (Find(options) is not { } places)
            return null;
        if (places.Count == 0)
            return options;
        var translated = (byte[])options.Clone();
        var option = translated.AsSpan(places[^1], options[places[^1] + 1]);
        if (!Allowed || !TryShift(option))
            option.Fill(Nop);
        return translated;
    }

    /// <summary>Where SACK options begin.</summary>
    private static List<int>? Find(byte[] options)
    {
        var places = new List<int>();
        for (var rest = options.AsSpan(); rest.Length > 1 && rest[0] != End;)
        {
            if (rest[0] == Nop)
            {
                rest = rest[1..];
                continue;
            }

            if (rest[1] < 2 || rest[1] > rest.Length)
                return null;
            if (rest[0] == Sack)
                places.Add(options.Length - rest.Length);
            rest = rest[rest[1]..];
        }

        return places;
    }

    /// <summary>Four blocks at most fit into a header; bytes that are no whole edge stay.</summary>
    private bool TryShift(Span<byte> option)
    {
        var edges = Math.Min(EdgesMax, (option.Length - 2) / 4);
        for (var i = 0; i < edges; i++)
        {
            var bytes = option.Slice(2 + 4 * i, 4);
            var edge = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (Ceiling is { } ceiling && Serial.After(edge, ceiling))
                return false;
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Serial.Minus(edge, Delta));
        }

        return true;
    }
}
