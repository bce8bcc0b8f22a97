namespace Splice.Wire;

/// <summary>What a parser over a growing buffer found.</summary>
public enum ParseResult
{
    Ok,
    NotEnough,
    Invalid,
}
