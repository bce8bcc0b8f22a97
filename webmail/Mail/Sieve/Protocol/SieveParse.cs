namespace Webmail.Mail.Sieve.Protocol;

/// <summary>What became of bytes from the server.</summary>
internal enum SieveParse
{
    /// <summary>The line is not whole yet.</summary>
    NotEnough,

    /// <summary>It cannot become a line, or not one within the limits.</summary>
    Invalid,

    Ok,
}
