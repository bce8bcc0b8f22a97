namespace Webmail.Web.Push;

/// <summary>What a stream says next.</summary>
/// <param name="States">Of a StateChange; else null, and it is time for a ping.</param>
/// <param name="IsOver">Nothing comes after it.</param>
/// <param name="IsSignedIn">The session still exists; if not, nothing more is said.</param>
internal sealed record PushTurn(PushStates? States, bool IsOver, bool IsSignedIn);
