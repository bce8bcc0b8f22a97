using System.Net;
using System.Net.Sockets;

namespace Webmail.Web.Sessions;

/// <summary>
/// Whom failed sign-ins are counted for: an IPv4 address, or the first half of an IPv6 one, since whoever has one address of a
/// /64 has them all (RFC 6177).
/// </summary>
public static class ClientNetwork
{
    private const int PrefixBytes = 8;

    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return $"{new IPAddress(bytes)}/{PrefixBytes * 8}";
    }
}
