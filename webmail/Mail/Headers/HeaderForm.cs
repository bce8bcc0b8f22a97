namespace Webmail.Mail.Headers;

/// <summary>How a header field's value is read (RFC 8621 §4.1.2).</summary>
public enum HeaderForm
{
    /// <summary>As it was received.</summary>
    Raw,

    /// <summary>Unfolded and decoded (RFC 2047); not normalised, for which the runtime has no tables here.</summary>
    Text,

    /// <summary>A list of mailboxes (RFC 5322 §3.4); groups are taken apart.</summary>
    Addresses,

    /// <summary>A list of groups of mailboxes.</summary>
    GroupedAddresses,

    /// <summary>A list of message ids without angle brackets.</summary>
    MessageIds,

    /// <summary>An instant with its zone.</summary>
    Date,

    /// <summary>A list of addresses on the web or elsewhere (RFC 2369).</summary>
    Urls,
}
