namespace Webmail.Web.Push;

/// <summary>What a stream says next.</summary>
/// <param name="States">Of a StateChange; else null, and it is time for a ping.</param>
/// <param name="IsOver">Nothing comes after it.</param>
internal sealed record PushTurn(PushStates? States, bool IsOver);
