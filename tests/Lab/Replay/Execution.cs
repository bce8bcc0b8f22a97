using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Splice.Wire;

namespace Tests.Lab.Replay;

/// <summary>A request as one backend answered it, and the journal it kept of it.</summary>
internal sealed record Execution(FlowId Flow, byte[] Request, string Build, IReadOnlyList<ReadOnlyMemory<byte>> Entries, byte[] Answer)
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    public string RequestLine => Encoding.Latin1.GetString(Request, 0, Request.AsSpan().IndexOf("\r\n"u8));

    public int Status => int.Parse(Encoding.Latin1.GetString(Answer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);

    public byte[] Body => Answer[HeadBytes..];

    public string Head => Encoding.Latin1.GetString(Answer, 0, HeadBytes);

    /// <summary>The cookie that the answer sets, as a request's field.</summary>
    public string Cookie =>
        Head.Split("\r\n").First(line => line.StartsWith("Set-Cookie: ", StringComparison.Ordinal)).Split(';')[0].Replace("Set-Cookie", "Cookie", StringComparison.Ordinal) + "\r\n";

    /// <summary>The JMAP methods that have answered with anything but an error.</summary>
    public IEnumerable<string> MethodResponses =>
        RequestLine.StartsWith($"POST {MailApi.Path} ", StringComparison.Ordinal)
            ? JsonNode.Parse(Body)!["methodResponses"]!.AsArray().Select(response => (string)response![0]!)
            : [];

    /// <summary>The output that the journal knows, and explains.</summary>
    public ulong JournaledBytes =>
        Entries.Select(entry => JournalEntryCodec.Decode(entry)).OfType<JournalEntry.OutputHash>().Select(hash => hash.OutputOffset).LastOrDefault();

    /// <summary>Where a client may have stopped receiving: at every boundary, next to it, and within.</summary>
    public IEnumerable<int> Offsets =>
        new[] { 0, 1, HeadBytes / 2, HeadBytes, (HeadBytes + Answer.Length) / 2, Answer.Length - 1, Answer.Length }.Distinct();

    /// <summary>The journal of a backend that died within its last effect; null if there was none.</summary>
    public Execution? InDoubt()
    {
        var begun = Entries.ToList().FindLastIndex(entry => JournalEntryCodec.Decode(entry) is JournalEntry.EffectBegun);
        return begun < 0 ? null : this with { Entries = [.. Entries.Take(begun + 1)] };
    }

    private int HeadBytes => Answer.AsSpan().IndexOf(HeadEnd) + HeadEnd.Length;
}
