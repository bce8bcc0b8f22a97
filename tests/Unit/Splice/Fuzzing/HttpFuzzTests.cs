using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Splice.Daemon.Accept;
using Splice.Daemon.Flows;
using Splice.Wire;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>Request heads of clients and answer heads of plain backends.</summary>
public sealed partial class HttpFuzzTests
{
    [Fact]
    public void RequestHead_InPieces_IsTheSame() => Fuzz.Run("RequestHead", bytes =>
    {
        var (result, head) = Memory.Bounded(bytes, () => (RequestHeadParser.TryParse(bytes, out var parsed), parsed));
        foreach (var length in Pieces.Lengths(bytes))
        {
            var early = RequestHeadParser.TryParse(bytes.AsSpan(0, length), out var earlyHead);
            if (early != ParseResult.NotEnough)
            {
                Assert.Equal((result, head), (early, earlyHead));
            }
        }

        Assert.Equal(result == ParseResult.Ok, head is not null);
        if (head is not null)
        {
            Assert.Equal("\r\n\r\n"u8, bytes.AsSpan(head.LengthBytes - 4, 4));
            Assert.Equal(ParseResult.NotEnough, RequestHeadParser.TryParse(bytes.AsSpan(0, head.LengthBytes - 1), out _));
            Assert.InRange(head.Host.Length, 1, PreambleCodec.HostBytesMax);
            Assert.True(head.BodyBytes is null or >= 0);
        }
    });

    /// <summary>What spliced routes by and what the backend serves are the same request (RFC 9112 §11.2).</summary>
    [Fact]
    public void RequestHead_AcceptedHereAndByKestrel_MeansTheSame() => Fuzz.Run("RequestHead", bytes =>
    {
        if (RequestHeadParser.TryParse(bytes, out var head) == ParseResult.Ok && KestrelHead.Parse(bytes) is { } kestrel)
        {
            Assert.Equal(head!.LengthBytes, kestrel.LengthBytes);
            Assert.Equal((head.Method, head.Target), (kestrel.Method, kestrel.Target));
            var host = Assert.Single(kestrel.All("host"));
            // Anything else Kestrel answers 400 later.
            if (ValidHost().IsMatch(host))
            {
                Assert.Equal(head.Host, new HostString(host).Host.ToLowerInvariant());
            }

            Assert.Equal(head.BodyBytes is null, kestrel.All("transfer-encoding").Count > 0);
            Assert.Equal(head.BodyBytes ?? 0, kestrel.All("content-length").Select(long.Parse).SingleOrDefault());
        }
    });

    [Fact]
    public void PlainAnswerHead_InPieces_IsTheSame() => Fuzz.Run("PlainAnswerHead", bytes =>
    {
        var (found, head) = Memory.Bounded(bytes, () => (PlainAnswerHead.TryParse(bytes, false, out var parsed), parsed));
        foreach (var length in Pieces.Lengths(bytes))
        {
            if (PlainAnswerHead.TryParse(bytes.AsSpan(0, length), false, out var early))
            {
                Assert.Equal((found, head), (true, early));
            }
        }

        Assert.Equal(found, head is not null);
        if (head is not null)
        {
            Assert.InRange(head.LengthBytes, "HTTP/1.1 200\r\n\r\n".Length, bytes.Length);
            Assert.True(head.BodyBytes is null or >= 0);
            Assert.False(head.Status is >= 100 and < 200 and not 101);
        }

        if (head is { BodyBytes: > 0 })
        {
            Assert.DoesNotContain("\r\ntransfer-encoding:", Encoding.Latin1.GetString(bytes, 0, head.LengthBytes), StringComparison.OrdinalIgnoreCase);
        }
    });

    /// <summary>As the kernel taps them: packets of any size, some twice.</summary>
    [Fact]
    public void PlainExchange_AnswerInPieces_EndsWhereTheWholeDoes() => Fuzz.Run("PlainAnswerHead", bytes =>
    {
        var (whole, pieces) = (new PlainExchange(), new PlainExchange());
        var end = whole.Answer(0, bytes);
        var at = 0;
        foreach (var length in Pieces.Lengths(bytes))
        {
            var again = Math.Max(0, at - 3);
            pieces.Answer((ulong)again, bytes.AsSpan(again, length - again));
            at = length;
        }

        Assert.Equal((end, whole.Current), (pieces.Answer(0, []), pieces.Current));
    });

    [Fact]
    public void PlainExchange_AnyInput_CountsRequestsOnly() => Fuzz.Run("RequestHead", bytes =>
    {
        var exchange = new PlainExchange();
        var began = 0UL;
        var at = 0;
        foreach (var length in Pieces.Lengths(bytes))
        {
            began += exchange.Request((ulong)at, bytes.AsSpan(at, length - at)) ? 1UL : 0;
            at = length;
        }

        Assert.Equal(1 + began, exchange.Current.Number);
        Assert.InRange(exchange.Current.InputStart, 0UL, (ulong)bytes.Length);
    });

    /// <summary>RFC 3986 §3.2.2, with a port.</summary>
    [GeneratedRegex(@"^([\w.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(:\d*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidHost();
}
