namespace Webmail.Mail.Seams;

/// <summary>One request's view of one account: whose mail, and through which doors the mail server is asked.</summary>
public sealed record MailAccount(string Id, Credentials Credentials, IChoices Choices, IEffects Effects, TimeProvider Time);
