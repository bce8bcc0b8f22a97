using System.Text;
using System.Text.Json.Nodes;
using Tests.Unit.Splice.Fuzzing;
using Webmail.Contacts.Cards;
using Webmail.Contacts.Csv;
using Webmail.Contacts.VCards;

namespace Tests.Unit.Webmail.Contacts;

/// <summary>Files of contacts come from anywhere: whatever is in them, what is read is valid, and written it reads again.</summary>
public sealed class ContactFileFuzzTests
{
    [Fact]
    public void VCard_Anything_GivesValidCardsThatSurviveTheirOwnFile() => Fuzz.Run("VCard", bytes =>
    {
        foreach (var card in Cards(VCardFile.Read(bytes)))
        {
            var again = Assert.Single(VCardFile.Read(Encoding.UTF8.GetBytes(VCardFile.Write([card]))));

            Assert.True(again.Card is not null, $"{again.Problem}: {card.ToJsonString()}");
            Assert.Equal((string)card["uid"]!.AsValue()!, (string)again.Card["uid"]!);
            Assert.Single(CsvFile.Read(Encoding.UTF8.GetBytes(CsvFile.Write([card]))));
        }
    });

    [Fact]
    public void Csv_Anything_GivesValidCardsThatSurviveTheirOwnFile() => Fuzz.Run("Csv", bytes =>
    {
        foreach (var card in Cards(CsvFile.Read(bytes)))
        {
            Assert.Single(VCardFile.Read(Encoding.UTF8.GetBytes(VCardFile.Write([card]))));
            Assert.Single(CsvFile.Read(Encoding.UTF8.GetBytes(CsvFile.Write([card]))));
        }
    });

    private static IEnumerable<JsonObject> Cards(IEnumerable<ReadCard> read)
    {
        var line = 0;
        foreach (var one in read)
        {
            Assert.True(one.Line > line, $"line {one.Line} after {line}");
            line = one.Line;
            Assert.NotEqual(one.Card is null, one.Problem is null);
            if (one.Card is not null)
            {
                Assert.Null(CardValidator.Validate(one.Card));
                _ = CardWords.Of(one.Card);
                yield return one.Card;
            }
        }
    }
}
