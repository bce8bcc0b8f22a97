namespace Splice.Daemon.Handover;

/// <summary>The flow's backend was alive, and began another request before it was fenced out: the flow is to be read again.</summary>
public sealed class StalePlanException : Exception;
