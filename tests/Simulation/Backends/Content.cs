using System.Buffers.Binary;
using System.IO.Hashing;

namespace Tests.Simulation.Backends;

/// <summary>What requests and answers look like: an answer is a function of its request and one random number, its entropy.</summary>
internal static class Content
{
    public const int RequestHeadBytes = 12;
    public const int AnswerHeadBytes = 28;

    public static byte[] Request(int number, int bodyBytes, int answerBytes, ulong entropy)
    {
        var request = new byte[RequestHeadBytes + bodyBytes];
        BinaryPrimitives.WriteInt32BigEndian(request, number);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), bodyBytes);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(8), answerBytes);
        Fill(request.AsSpan(RequestHeadBytes), entropy);
        return request;
    }

    public static int BodyBytes(ReadOnlySpan<byte> request) => BinaryPrimitives.ReadInt32BigEndian(request[4..]);

    /// <summary>Head: number, length of the body, entropy, hash of the request, and whether the effect was seen done.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> request, ulong entropy)
    {
        var bodyBytes = BinaryPrimitives.ReadInt32BigEndian(request[8..]);
        var answer = new byte[AnswerHeadBytes + bodyBytes];
        request[..4].CopyTo(answer);
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(4), bodyBytes);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(8), entropy);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(16), XxHash3.HashToUInt64(request));
        Fill(answer.AsSpan(AnswerHeadBytes), entropy + XxHash3.HashToUInt64(request));
        return answer;
    }

    public static ulong Entropy(ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadUInt64BigEndian(answer[8..]);

    private static void Fill(Span<byte> bytes, ulong entropy)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i % 8 == 0)
            {
                entropy = (entropy ^ (entropy >> 29)) * 0xbf58476d1ce4e5b9 + 0x9e3779b97f4a7c15;
            }

            bytes[i] = (byte)(entropy >> (i % 8 * 8));
        }
    }
}
