namespace Webmail.Web.Reading;

/// <summary>What the database knows about some messages' senders, for those properties that were asked for.</summary>
/// <param name="TrustedSenders">Whose images from elsewhere are loaded.</param>
/// <param name="Unsubscriptions">By list.</param>
/// <param name="FirstTimes">Keys of the messages whose senders have not been heard of before.</param>
internal sealed record ReadingFacts(string[] TrustedSenders, Dictionary<string, Unsubscription> Unsubscriptions, long[] FirstTimes);
