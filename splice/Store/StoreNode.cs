using System.Net;

namespace Splice.Store;

/// <summary>One Redis or Valkey server of the flow store.</summary>
/// <param name="Name">Name of the machine it runs on.</param>
/// <param name="EndPoint">Its address on the back network.</param>
public sealed record StoreNode(string Name, IPEndPoint EndPoint);
