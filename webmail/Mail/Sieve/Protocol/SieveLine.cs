namespace Webmail.Mail.Sieve.Protocol;

/// <summary>One line of a response with the literals in it: data, or the answer that ends the response.</summary>
/// <param name="Tokens">The words of a line of data, which begins with a string.</param>
/// <param name="Answer">Null for data.</param>
internal sealed record SieveLine(IReadOnlyList<SieveToken> Tokens, SieveAnswer? Answer);

/// <summary>A word of a line.</summary>
internal readonly record struct SieveToken(SieveTokenKind Kind, byte[] Bytes);

internal enum SieveTokenKind
{
    Atom,
    String,
    Open,
    Close,
}
