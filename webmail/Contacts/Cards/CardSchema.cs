namespace Webmail.Contacts.Cards;

/// <summary>The properties of a card (RFC 9553 §2).</summary>
internal static class CardSchema
{
    private static readonly (string, Checker)[] Common = [("contexts", Check.Set()), ("pref", Check.Preference), ("label", Check.Text)];

    private static readonly Checker NameComponent =
        Check.Object("NameComponent", ["kind", "value"], ("kind", Check.FilledText), ("value", Check.Text), ("phonetic", Check.Text));

    private static readonly Checker Name = Check.Object(
        "Name", [], ("components", Check.List(NameComponent)), ("isOrdered", Check.Flag), ("defaultSeparator", Check.Text), ("full", Check.Text),
        ("sortAs", Check.Map(Check.Text, CardLimits.EntriesMax, keysAreIds: false)), ("phoneticScript", Check.Text), ("phoneticSystem", Check.Text));

    private static readonly Checker Organization = Check.Object(
        "Organization", [], [("name", Check.Text), ("sortAs", Check.Text), ("units", Check.List(Check.Object("OrgUnit", ["name"], ("name", Check.Text), ("sortAs", Check.Text)))), .. Common]);

    private static readonly Checker Address = Check.Object(
        "Address",
        [],
        [
            ("components", Check.List(Check.Object("AddressComponent", ["kind", "value"], ("kind", Check.FilledText), ("value", Check.Text), ("phonetic", Check.Text)))),
            ("isOrdered", Check.Flag), ("defaultSeparator", Check.Text), ("full", Check.Text), ("countryCode", Check.Text), ("coordinates", Check.Text),
            ("timeZone", Check.Text), ("phoneticScript", Check.Text), ("phoneticSystem", Check.Text), .. Common,
        ]);

    private static readonly Checker Date = Check.Either(
        Check.Object("PartialDate", [], ("year", Check.Number(0, 9999)), ("month", Check.Number(1, 12)), ("day", Check.Number(1, 31)), ("calendarScale", Check.Text)),
        Check.Object("Timestamp", ["utc"], ("utc", Check.UtcDateTime)));

    private static readonly Checker Anniversary = Check.Object(
        "Anniversary", ["kind", "date"], [("kind", Check.FilledText), ("date", Date), ("place", Address), .. Common]);

    private static readonly Checker Note = Check.Object(
        "Note", ["note"], ("note", Check.Text), ("created", Check.UtcDateTime), ("author", Check.Object("Author", [], ("name", Check.Text), ("uri", Check.Text))));

    private static readonly Checker SpeakToAs = Check.Object(
        "SpeakToAs", [], ("grammaticalGender", Check.Text), ("pronouns", Check.Ids(Item("Pronouns", ["pronouns"], ("pronouns", Check.FilledText)))));

    public static Checker Card { get; } = Check.Object(
        "Card",
        ["uid"],
        ("version", Check.Is("1.0")), ("uid", Check.Uid), ("created", Check.UtcDateTime), ("updated", Check.UtcDateTime), ("kind", Check.FilledText),
        ("language", Check.Text), ("prodId", Check.Text), ("members", Check.Set(CardLimits.MembersMax)),
        ("relatedTo", Check.Map(Check.Object("Relation", [], ("relation", Check.Set())), CardLimits.EntriesMax, keysAreIds: false)),
        ("name", Name), ("nicknames", Check.Ids(Item("Nickname", ["name"], ("name", Check.FilledText)))), ("organizations", Check.Ids(Organization)),
        ("speakToAs", SpeakToAs),
        ("titles", Check.Ids(Item("Title", ["name"], ("name", Check.Text), ("kind", Check.Text), ("organizationId", Check.Text)))),
        ("emails", Check.Ids(Item("EmailAddress", ["address"], ("address", Check.FilledText)))),
        ("onlineServices", Check.Ids(Item("OnlineService", [], ("service", Check.Text), ("uri", Check.Text), ("user", Check.Text)))),
        ("phones", Check.Ids(Item("Phone", ["number"], ("number", Check.FilledText), ("features", Check.Set())))),
        ("preferredLanguages", Check.Ids(Item("LanguagePref", ["language"], ("language", Check.FilledText)))),
        ("calendars", Resources("Calendar")), ("schedulingAddresses", Check.Ids(Item("SchedulingAddress", ["uri"], ("uri", Check.FilledText)))),
        ("addresses", Check.Ids(Address)), ("cryptoKeys", Resources("CryptoKey")), ("directories", Resources("Directory")), ("links", Resources("Link")),
        ("media", Check.Ids(Item("Media", ["kind"], ("kind", Check.FilledText), ("uri", Check.Text), ("blobId", Check.Text), ("mediaType", Check.Text)))),
        ("localizations", Check.Map(Check.AnyObject, CardLimits.EntriesMax, keysAreIds: false)),
        ("anniversaries", Check.Ids(Anniversary)), ("keywords", Check.Set()), ("notes", Check.Ids(Note)),
        ("personalInfo", Check.Ids(Item("PersonalInfo", ["kind", "value"], ("kind", Check.FilledText), ("value", Check.Text), ("level", Check.Text), ("listAs", Check.Number(1, int.MaxValue))))));

    private static Checker Item(string type, string[] required, params (string, Checker)[] properties) =>
        Check.Object(type, required, [.. properties, .. Common]);

    private static Checker Resources(string type) =>
        Check.Ids(Item(type, ["uri"], ("uri", Check.FilledText), ("kind", Check.Text), ("mediaType", Check.Text), ("listAs", Check.Number(1, int.MaxValue))));
}
