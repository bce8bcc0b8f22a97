using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Webmail.Contacts.Cards;

/// <summary>A uid that follows from what it names.</summary>
public static class CardUid
{
    public static string Of(string text) =>
        $"urn:uuid:{new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(..16), bigEndian: true)}";

    internal static string Of(JsonObject card) => Of(card.ToJsonString());
}
