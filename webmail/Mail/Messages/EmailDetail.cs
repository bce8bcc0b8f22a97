namespace Webmail.Mail.Messages;

/// <summary>What to read beyond the envelope.</summary>
[Flags]
public enum EmailDetail
{
    None = 0,
    Body = 1,
    Preview = 2,
    Headers = 4,
}
