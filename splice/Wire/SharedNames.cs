using System.Text;

namespace Splice.Wire;

/// <summary>
/// Strings of names that come again and again: a million flows are of a few proxies, backends and hosts. Clients choose hosts, so this
/// holds no more than so many; who comes to the same place takes it. Safe for threads: the worst is a string of its own.
/// </summary>
internal static class SharedNames
{
    private const int NamesMax = 256;
    private const int CharsMax = byte.MaxValue;
    private static readonly string?[] Names = new string?[NamesMax];

    /// <param name="utf8">At most as long as a length of one byte can say.</param>
    public static string Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[CharsMax];
        ReadOnlySpan<char> name = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        ref var place = ref Names[(uint)string.GetHashCode(name) % NamesMax];
        var known = Volatile.Read(ref place);
        if (known is not null && name.SequenceEqual(known))
        {
            return known;
        }

        var added = name.ToString();
        Volatile.Write(ref place, added);
        return added;
    }
}
