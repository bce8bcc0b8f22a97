using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Splice.Hooks;

/// <summary>The memory of the server's sockets.</summary>
internal sealed class TransportMemory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options) => new TransportBlocks();
}
