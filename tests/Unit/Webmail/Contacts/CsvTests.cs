using System.Text;
using System.Text.Json.Nodes;
using Webmail.Contacts.Csv;

namespace Tests.Unit.Webmail.Contacts;

public sealed class CsvTests
{
    [Fact]
    public void Read_Google_IsUnderstood()
    {
        var card = Single(
            "Name,Given Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
            + "Address 1 - Type,Address 1 - Street,Address 1 - City,Organization 1 - Name,Organization 1 - Title,Event 1 - Label,Event 1 - Value\r\n"
            + "Ada Lovelace,Ada,Lovelace,--12-10,\"says \"\"hi\"\"\n2\",* myContacts ::: Friends,* Work,a@example.com ::: b@example.com,Home Fax,+44 1,"
            + "Home,12 St James,London,Engines,Analyst,Anniversary,1835-07-08\r\n");

        AssertJson("""{"full":"Ada Lovelace","components":[{"kind":"given","value":"Ada"},{"kind":"surname","value":"Lovelace"}]}""", card["name"]);
        AssertJson("""{"1":{"address":"a@example.com","pref":1,"contexts":{"work":true}},"2":{"address":"b@example.com","pref":1,"contexts":{"work":true}}}""", card["emails"]);
        AssertJson("""{"1":{"number":"+44 1","contexts":{"private":true},"features":{"fax":true}}}""", card["phones"]);
        AssertJson("""{"1":{"contexts":{"private":true},"components":[{"kind":"name","value":"12 St James"},{"kind":"locality","value":"London"}]}}""", card["addresses"]);
        AssertJson("""{"Friends":true}""", card["keywords"]);
        AssertJson("""{"@type":"PartialDate","month":12,"day":10}""", card["anniversaries"]!["birth"]!["date"]);
        AssertJson("""{"@type":"PartialDate","year":1835,"month":7,"day":8}""", card["anniversaries"]!["wedding"]!["date"]);
        Assert.Equal("says \"hi\"\n2", (string)card["notes"]!["1"]!["note"]!);
        Assert.Equal("Analyst", (string)card["titles"]!["1"]!["name"]!);
    }

    [Fact]
    public void Read_OutlookWithSemicolonsInWindows1252_IsUnderstood()
    {
        var file = Encoding.Latin1.GetBytes(
            "Title;First Name;Last Name;E-mail Address;E-mail 2 Address;Business Phone;Home Fax;Business Street;Business Postal Code;Company;Job Title;Birthday\r\n"
            + "Dr.;Jörg;Müller;j@example.com;k@example.com;1;2;Weg 1;12345;Müller AG;Chef;31.12.1990\r\n");

        var card = Assert.Single(CsvFile.Read(file)).Card!;

        Assert.Equal("Jörg", (string)card["name"]!["components"]![1]!["value"]!);
        Assert.Equal(["j@example.com", "k@example.com"], card["emails"]!.AsObject().Select(pair => (string)pair.Value!["address"]!));
        AssertJson("""{"number":"2","contexts":{"private":true},"features":{"fax":true}}""", card["phones"]!["2"]);
        AssertJson("""{"contexts":{"work":true},"components":[{"kind":"name","value":"Weg 1"},{"kind":"postcode","value":"12345"}]}""", card["addresses"]!["1"]);
        AssertJson("""{"@type":"PartialDate","year":1990,"month":12,"day":31}""", card["anniversaries"]!["birth"]!["date"]);
    }

    [Fact]
    public void Read_ThunderbirdInUtf16_IsUnderstood()
    {
        byte[] file =
        [
            .. Encoding.Unicode.GetPreamble(),
            .. Encoding.Unicode.GetBytes(
                "First Name,Last Name,Display Name,Primary Email,Secondary Email,Work Phone,Mobile Number,Home Address,Home ZipCode,Work Country,Birth Year,Birth Month,Birth Day,Web Page 2,Custom 1\n"
                + "Ada,Lovelace,Ada L.,a@example.com,b@example.com,1,2,Street,W1,UK,1815,12,10,https://example.com,note\n"),
        ];

        var card = Assert.Single(CsvFile.Read(file)).Card!;

        Assert.Equal("Ada L.", (string)card["name"]!["full"]!);
        AssertJson("""{"1":{"number":"1","contexts":{"work":true}},"2":{"number":"2","features":{"mobile":true}}}""", card["phones"]);
        Assert.Equal(2, card["addresses"]!.AsObject().Count);
        AssertJson("""{"year":1815,"month":12,"day":10}""", card["anniversaries"]!["birth"]!["date"]);
    }

    [Fact]
    public void Read_BrokenRecords_AreReportedWithTheirLineAndHarmNoOther()
    {
        var read = CsvFile.Read(Encoding.UTF8.GetBytes(
            "Given Name,Birth Year,Notes\r\nFirst,,\"two\r\nlines\"\r\nSecond,12345,\r\n\r\nThird,,\"no end\r\nFourth,,x\r\n")).ToList();

        Assert.Equal([2, 4, 6, 7], read.Select(card => card.Line));
        Assert.Equal([true, false, true, true], read.Select(card => card.Card is not null));
        Assert.Equal("\"no end", (string)read[2].Card!["notes"]!["1"]!["note"]!);
    }

    [Fact]
    public void Read_UnknownColumns_IsOneProblem() =>
        Assert.Contains("no column", Assert.Single(CsvFile.Read("Foo,Bar\n1,2\n3,4"u8.ToArray())).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData(" =1", "' =1")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("+49 (0) 30-1", "+49 (0) 30-1")]
    [InlineData("a,\"b\"\nc", "\"a,\"\"b\"\"\nc\"")]
    public void Write_Cell_RunsAsNoFormulaAndReadsTheSame(string value, string written)
    {
        var cell = CsvCell.Write(value);

        Assert.Equal(written, cell);
        Assert.Equal(value, CsvCell.Undefuse(CsvReader.Read(cell).Single().Fields[0]));
    }

    [Fact]
    public void Write_Cards_ReadTheSame()
    {
        var card = (JsonObject)JsonNode.Parse("""
            {"@type":"Card","version":"1.0","uid":"urn:uuid:1","name":{"full":"=Ada","components":[{"kind":"given","value":"Ada"},{"kind":"surname","value":"Lovelace"}]},
             "nicknames":{"1":{"name":"A"}},"anniversaries":{"birth":{"kind":"birth","date":{"@type":"PartialDate","year":1815,"month":12,"day":10}}},
             "organizations":{"1":{"name":"Engines","units":[{"name":"Notes"}]}},"titles":{"1":{"name":"Analyst","kind":"title"}},
             "emails":{"1":{"address":"a@example.com","contexts":{"work":true}},"2":{"address":"b@example.com"}},
             "phones":{"1":{"number":"+44 1","contexts":{"private":true},"features":{"mobile":true}}},"links":{"1":{"uri":"https://example.com"}},
             "addresses":{"1":{"components":[{"kind":"name","value":"12, St James"},{"kind":"locality","value":"London"}]}},
             "notes":{"1":{"note":"two\nlines"}},"keywords":{"x":true,"y":true}}
            """)!;

        var read = CsvFile.Read(Encoding.UTF8.GetBytes(CsvFile.Write([card, new JsonObject { ["uid"] = "2" }]))).ToList();

        Assert.Equal(2, read.Count);
        AssertJson(card.ToJsonString(), read[0].Card);
    }

    private static JsonObject Single(string file) => Assert.Single(CsvFile.Read(Encoding.UTF8.GetBytes(file))).Card!;

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\ngot      {actual?.ToJsonString()}");
}
