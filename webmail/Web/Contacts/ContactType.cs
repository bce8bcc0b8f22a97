namespace Webmail.Web.Contacts;

/// <summary>What has ids, states and changes; the numbers are stored.</summary>
internal enum ContactType
{
    AddressBook = 1,
    Card = 2,
}

/// <summary>What happened to an object; the numbers are stored.</summary>
internal enum ChangeVerb
{
    Created = 1,
    Updated = 2,
    Destroyed = 3,
}
