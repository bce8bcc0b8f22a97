namespace Splice.Daemon.Handover;

/// <summary>A successor cannot continue the answer: it says something else, or something to repeat is missing.</summary>
public sealed class ReplayRefusedException(string message) : Exception(message);
