namespace Webmail.Contacts.Cards;

/// <summary>Why a card is refused.</summary>
/// <param name="Property">Where, as a JSON pointer without its first slash: <c>emails/e1/address</c>.</param>
/// <param name="Reason">For people: what it must be.</param>
public sealed record CardProblem(string Property, string Reason)
{
    public override string ToString() => $"{Property} {Reason}";
}
