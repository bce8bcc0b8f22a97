using System.Buffers;
using System.Text;
using Splice.Store;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>Answers of a store node, cut anywhere, and what is not one.</summary>
public sealed class RespTests
{
    [Fact]
    public void Read_CutAnywhere_WaitsForTheRest()
    {
        var bytes = "*5\r\n$5\r\nhe\r\no\r\n:-7\r\n+OK\r\n$-1\r\n*1\r\n$0\r\n\r\n"u8;
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(RespReader.TryRead(bytes[..length], out _, out _));
        }

        Assert.True(RespReader.TryRead(bytes, out var answer, out var consumed));
        Assert.Equal(bytes.Length, consumed);
        var elements = (RedisResult[])answer!;
        Assert.Equal("he\r\no", (string?)elements[0]);
        Assert.Equal(-7, (long)elements[1]);
        Assert.Equal("OK", (string?)elements[2]);
        Assert.True(elements[3].IsNull);
        Assert.Equal("", (string?)((RedisResult[])elements[4]!)[0]);
    }

    [Fact]
    public void Read_Error_IsAnErrorNotText()
    {
        Assert.True(RespReader.TryRead("-NOSCRIPT none\r\n+next"u8, out var answer, out var consumed));

        Assert.Equal((ResultType.Error, 16), (answer.Resp2Type, consumed));
        Assert.Equal("NOSCRIPT none", answer.ToString());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("?what\r\n")]
    [InlineData("$many\r\n")]
    [InlineData("*99999999999\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n")]
    public void Read_WhatIsNotResp_Throws(string text) =>
        Assert.Throws<RedisException>(() => RespReader.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void Write_KeepsEveryByte()
    {
        var output = new ArrayBufferWriter<byte>();
        RespWriter.Array(output, 3);
        RespWriter.Bulk(output, "GET"u8);
        RespWriter.Bulk(output, (RedisValue)(-12));
        RespWriter.Bulk(output, (RedisValue)new byte[] { 0, 13, 10, 255 });

        Assert.Equal("*3\r\n$3\r\nGET\r\n$3\r\n-12\r\n$4\r\n\0\r\n\u00ff\r\n", Encoding.Latin1.GetString(output.WrittenSpan));
    }
}
