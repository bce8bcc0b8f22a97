namespace Appliance.Cli.Demo;

/// <summary>What the people of the demonstration are called and talk about.</summary>
internal static class Words
{
    public static readonly string[] People =
    [
        "Bob Berger", "Clara Dunn", "Daniel Okafor", "Elena Rossi", "Farid Haddad", "Grace Lindqvist", "Hugo Moreau", "Ines Carvalho",
        "Jonas Weber", "Keiko Tanaka", "Liam Murphy", "Mara Novak", "Nadia Petrova", "Oscar Nilsson", "Priya Raman", "Quentin Dubois",
        "Rosa Jimenez", "Sven Larsen", "Tara Singh", "Ulrike Brandt",
    ];

    public static readonly string[] Openings =
        ["About", "Notes on", "Draft:", "Question on", "Next steps for", "Minutes:", "Thoughts on", "Invitation:", "Numbers for", "Update on"];

    public static readonly string[] Topics =
    [
        "the spring fair", "the harbour budget", "our bicycle shed", "the lighthouse visit", "the library roof", "the choir concert",
        "the garden wall", "the train timetable", "the museum night", "the bakery order", "the river survey", "the school play",
        "the chess evening", "the weather station", "the ferry tickets", "the orchard harvest",
    ];

    public static readonly string[] Sentences =
    [
        "I went through the list again and only two points are left.", "Could you look at the second page before Thursday?",
        "The carpenter says it will take a week longer.", "We should ask the others before we decide.",
        "Thank you for the photographs, they are lovely.", "I have moved the meeting to ten o'clock.",
        "The figures in the table are from last year.", "Nobody has answered yet, so I will call them tomorrow.",
        "It rained the whole time, but people stayed.", "There is still coffee left in the kitchen.",
        "Please bring the keys when you come.", "The old plan was better, if you ask me.",
        "We can borrow chairs from the school.", "I will send the rest in the evening.",
    ];

    public static readonly string German = "Schöne Grüße aus Köln! Die Straße ist wieder frei, und das Café hat geöffnet.";

    public static readonly string Russian = "Добрый день! Билеты на паром уже куплены, встречаемся на пристани в девять.";

    public static readonly string Japanese = "こんにちは。来週の会議は十時からです。よろしくお願いします。";
}
