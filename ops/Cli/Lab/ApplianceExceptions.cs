namespace Appliance.Cli.Lab;

/// <summary>Wrong arguments: exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>A privilege, kernel feature or tool is missing, or an address is taken: exit code 3.</summary>
public sealed class RequirementException(string message) : Exception(message);

/// <summary>The appliance is not running: exit code 4.</summary>
public sealed class NotRunningException(string message) : Exception(message);

/// <summary>Something did not work: exit code 1. The message says what and what to look at.</summary>
public sealed class FailedException(string message) : Exception(message);
