using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>A request head as Kestrel's own parser reads it.</summary>
internal sealed class KestrelHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private readonly List<(string Name, string Value)> _fields = [];

    public string Method { get; private set; } = "";

    public string Target { get; private set; } = "";

    public int LengthBytes { get; private set; }

    /// <summary>Null if Kestrel refuses it.</summary>
    public static KestrelHead? Parse(byte[] bytes)
    {
        var head = new KestrelHead();
        var parser = new HttpParser<KestrelHead>();
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        try
        {
            if (!parser.ParseRequestLine(head, ref reader) || !parser.ParseHeaders(head, ref reader))
            {
                return null;
            }
        }
        catch (BadHttpRequestException)
        {
            return null;
        }

        head.LengthBytes = (int)reader.Consumed;
        return head;
    }

    public IReadOnlyList<string> All(string name) =>
        [.. _fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        Method = Encoding.Latin1.GetString(startLine[..versionAndMethod.MethodEnd]);
        Target = Encoding.Latin1.GetString(startLine[targetPath.Offset..]);
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _fields.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));

    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("HTTP/1.1 has no indexed fields");

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("HTTP/1.1 has no indexed fields");

    public void OnHeadersComplete(bool endStream)
    {
    }
}
