using System.Buffers.Binary;
using System.Security.Cryptography;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// The id of an effect follows from its place in the flow, not from the journal: a backend that was cut off before anybody
/// saw its journal, and one that executed the request anew, act under the same id. Whoever keeps ids sees the second one.
/// </summary>
internal static class EffectId
{
    public static Guid Of(FlowId flow, ulong request, int ordinal)
    {
        Span<byte> place = stackalloc byte[FlowId.LengthBytes + 8 + 4];
        flow.Write(place);
        BinaryPrimitives.WriteUInt64BigEndian(place[FlowId.LengthBytes..], request);
        BinaryPrimitives.WriteInt32BigEndian(place[(FlowId.LengthBytes + 8)..], ordinal);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(place, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
