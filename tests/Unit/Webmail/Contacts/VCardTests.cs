using System.Text;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Contacts.VCards;

namespace Tests.Unit.Webmail.Contacts;

public sealed class VCardTests
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    [Theory]
    [InlineData("FN:Ada", "name/full", "\"Ada\"")]
    [InlineData("N:Lovelace;Ada;Augusta,Maria;Dr.;PhD", "name/components",
        """[{"kind":"surname","value":"Lovelace"},{"kind":"given","value":"Ada"},{"kind":"given2","value":"Augusta"},{"kind":"given2","value":"Maria"},{"kind":"title","value":"Dr."},{"kind":"credential","value":"PhD"}]""")]
    [InlineData("NICKNAME:Jim,Jimmie", "nicknames", """{"1":{"name":"Jim"},"2":{"name":"Jimmie"}}""")]
    [InlineData("EMAIL;TYPE=INTERNET,HOME;TYPE=pref:a@example.com", "emails/1", """{"address":"a@example.com","contexts":{"private":true},"pref":1}""")]
    [InlineData("TEL;VALUE=uri;TYPE=\"work,cell\";PREF=2:tel:+1-555", "phones/1", """{"number":"+1-555","features":{"mobile":true},"contexts":{"work":true},"pref":2}""")]
    [InlineData("TEL;HOME;FAX:123", "phones/1", """{"number":"123","features":{"fax":true},"contexts":{"private":true}}""")]
    [InlineData("ADR;TYPE=home:PO 1;Apt 2;Street\\, 3;City;;123;UK", "addresses/1/components",
        """[{"kind":"postOfficeBox","value":"PO 1"},{"kind":"apartment","value":"Apt 2"},{"kind":"name","value":"Street, 3"},{"kind":"locality","value":"City"},{"kind":"postcode","value":"123"},{"kind":"country","value":"UK"}]""")]
    [InlineData("ORG:ABC\\, Inc.;North;Marketing", "organizations/1", """{"name":"ABC, Inc.","units":[{"name":"North"},{"name":"Marketing"}]}""")]
    [InlineData("ROLE:Programmer", "titles/1", """{"name":"Programmer","kind":"role"}""")]
    [InlineData("NOTE:one\\ntwo \\; C:\\Temp", "notes/1/note", """ "one\ntwo ; C:\\Temp" """)]
    [InlineData("BDAY:19960415", "anniversaries/1", """{"kind":"birth","date":{"@type":"PartialDate","year":1996,"month":4,"day":15}}""")]
    [InlineData("BDAY:1996-04-15T10:00:00", "anniversaries/1/date", """{"@type":"PartialDate","year":1996,"month":4,"day":15}""")]
    [InlineData("BDAY:--0415", "anniversaries/1/date", """{"@type":"PartialDate","month":4,"day":15}""")]
    [InlineData("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", "anniversaries/1/date", """{"@type":"PartialDate","month":4,"day":15}""")]
    [InlineData("BDAY;VALUE=text:circa 1800", "vCardProps", """[["bday",{},"text","circa 1800"]]""")]
    [InlineData("ANNIVERSARY:2001-02", "anniversaries/1", """{"kind":"wedding","date":{"@type":"PartialDate","year":2001,"month":2}}""")]
    [InlineData("CATEGORIES:work,friends\\, old", "keywords", """{"work":true,"friends, old":true}""")]
    [InlineData("URL:https://example.com", "links/1/uri", "\"https://example.com\"")]
    [InlineData("IMPP:xmpp:ada@example.com", "onlineServices/1/uri", "\"xmpp:ada@example.com\"")]
    [InlineData("X-SOCIALPROFILE;type=twitter;x-user=ada:https://example.com/ada", "onlineServices/1", """{"uri":"https://example.com/ada","service":"twitter","user":"ada"}""")]
    [InlineData("RELATED;TYPE=friend:urn:uuid:9", "relatedTo", """{"urn:uuid:9":{"@type":"Relation","relation":{"friend":true}}}""")]
    [InlineData("X-THING;TYPE=a;Z=1:raw\\,value", "vCardProps", """[["x-thing",{"type":"a","z":"1"},"unknown","raw\\,value"]]""")]
    [InlineData("item1.EMAIL:a@example.com\r\nitem1.X-ABLabel:_$!<Other>!$_", "emails/1/label", "\"Other\"")]
    [InlineData("KIND:group\r\nMEMBER:urn:uuid:1\r\nMEMBER:urn:uuid:2", "members", """{"urn:uuid:1":true,"urn:uuid:2":true}""")]
    [InlineData("X-ADDRESSBOOKSERVER-KIND:group", "kind", "\"group\"")]
    [InlineData("PHOTO;ENCODING=b;TYPE=JPEG:" + Png, "media/1", "{\"kind\":\"photo\",\"uri\":\"data:image/png;base64," + Png + "\",\"mediaType\":\"image/png\"}")]
    [InlineData("PHOTO:https://example.com/a.png", "media/1/uri", "\"https://example.com/a.png\"")]
    [InlineData("REV:20240131T080000Z", "updated", "\"2024-01-31T08:00:00Z\"")]
    [InlineData("EMAIL;X-NEW=1:a@example.com", "emails/1/vCardParams", """{"x-new":"1"}""")]
    [InlineData("NO\r\n TE:fol\r\n ded", "notes/1/note", "\"folded\"")]
    [InlineData("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=C3=\r\n=9Fe=0D=0Aan alle", "notes/1/note", "\"Grüße\\nan alle\"")]
    public void Read_Line_BecomesJSContact(string line, string path, string expected)
    {
        var card = Single($"BEGIN:VCARD\r\nVERSION:4.0\r\n{line}\r\nEND:VCARD\r\n");

        JsonNode? found = card;
        foreach (var step in path.Split('/'))
        {
            found = found?[step];
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), found), $"{path} is {found?.ToJsonString()}");
    }

    [Fact]
    public void Read_FoldWithinACharacter_IsWhole()
    {
        var bytes = Encoding.UTF8.GetBytes("BEGIN:VCARD\r\nFN:Müller\r\nEND:VCARD\r\n").ToList();
        bytes.InsertRange(bytes.IndexOf(0xc3) + 1, "\r\n "u8.ToArray());

        Assert.Equal("Müller", (string)Assert.Single(VCardFile.Read(bytes.ToArray())).Card!["name"]!["full"]!);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public void Read_WholeFileInACharset_IsUnderstood(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);

        var card = Assert.Single(VCardFile.Read((byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes("BEGIN:VCARD\nFN:Jörg Müller\nEND:VCARD")])).Card!;

        Assert.Equal("Jörg Müller", (string)card["name"]!["full"]!);
    }

    [Fact]
    public void Read_BrokenCards_AreReportedWithTheirLineAndHarmNoOther()
    {
        const string File = """
            BEGIN:VCARD
            FN:First
            this line is nothing
            END:VCARD
            BEGIN:VCARD
            FN:No end
            BEGIN:VCARD
            END:VCARD
            noise
            BEGIN:VCARD
            VERSION:2.1
            AGENT:
            BEGIN:VCARD
            FN:Agent
            END:VCARD
            FN:Third
            END:VCARD
            BEGIN:VCARD
            FN:Cut
            """;

        var read = VCardFile.Read(Encoding.UTF8.GetBytes(File)).ToList();

        Assert.Equal(
            [(1, "First"), (5, null), (7, null), (10, "Third"), (18, null)],
            read.Select(card => (card.Line, (string?)card.Card?["name"]?["full"])));
        Assert.Equal(["has no END:VCARD", "is empty", "has no END:VCARD"], read.Where(card => card.Card is null).Select(card => card.Problem));
    }

    [Fact]
    public void Read_CardWithoutUid_GetsTheSameOneEachTime()
    {
        var (first, again, other) = (Single(Of("FN:A")), Single(Of("FN:A")), Single(Of("FN:B")));

        Assert.Equal((string)first["uid"]!, (string)again["uid"]!);
        Assert.NotEqual((string)first["uid"]!, (string)other["uid"]!);

        static string Of(string line) => $"BEGIN:VCARD\n{line}\nEND:VCARD";
    }

    [Fact]
    public void Read_PictureThatIsNone_IsLeftOut()
    {
        var card = Single("BEGIN:VCARD\nFN:A\nPHOTO;ENCODING=b:bm8gcGljdHVyZQ==\nEND:VCARD");

        Assert.False(card.ContainsKey("media"));
    }

    [Theory]
    [InlineData("""{"x\\ud800":1}""")]
    [InlineData("""["\\ud800"]""")]
    [InlineData("""{"a":1\,"a":2}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void Read_JsonThatIsNoUnicodeOrBroken_IsKeptAsALine(string json)
    {
        var card = Single($"BEGIN:VCARD\nFN:A\nJSPROP;JSPTR=x:{json}\nEND:VCARD");

        Assert.Equal(("jsprop", false), ((string)card["vCardProps"]![0]![0]!, card.ContainsKey("x")));
    }

    [Fact]
    public void Write_Everything_ReadsTheSame()
    {
        var card = (JsonObject)JsonNode.Parse($$"""
            {"@type":"Card","version":"1.0","uid":"urn:uuid:1","kind":"individual","created":"2024-01-31T08:00:00Z","updated":"2024-02-01T08:00:00Z",
             "name":{"full":"Ada, Countess; of \"Lovelace\"","components":[{"kind":"surname","value":"Love;lace"},{"kind":"given","value":"Ada"}],"sortAs":{"surname":"Lovelace"} },
             "nicknames":{"n1":{"name":"A, B"} },"organizations":{"o":{"name":"Eng;ines","units":[{"name":"Notes"}]} },"titles":{"t":{"name":"Analyst","kind":"title"} },
             "emails":{"e":{"address":"ada@example.com","contexts":{"work":true},"pref":1,"label":"Engine"},"f":{"address":"b@example.com"} },
             "phones":{"p":{"number":"+44 1","features":{"mobile":true,"voice":true},"contexts":{"private":true} } },
             "addresses":{"a":{"components":[{"kind":"name","value":"St James, 12"},{"kind":"locality","value":"London"}],"full":"12 \"St\" James\nLondon","countryCode":"GB"},
                          "b":{"components":[{"kind":"locality","value":"Ort"},{"kind":"floor","value":"3"},{"kind":"number","value":"5"},{"kind":"name","value":"Weg"}]} },
             "anniversaries":{"b":{"kind":"birth","date":{"@type":"PartialDate","month":12,"day":10} } },"notes":{"n":{"note":"{{new string('ü', 100)}}\nsecond\\n"} },
             "links":{"l":{"uri":"https://example.com/?a=1;b,c"} },"onlineServices":{"s":{"service":"Mastodon","user":"@ada"} },
             "media":{"m":{"kind":"photo","uri":"data:image/png;base64,{{Png}}","mediaType":"image/png"} },
             "speakToAs":{"grammaticalGender":"feminine"},"example.com:own":{"deep":[1,{"x":null}]},
             "relatedTo":{"urn:uuid:9":{"@type":"Relation","relation":{"friend":true} } },"keywords":{"a,b":true,"c":true},
             "vCardProps":[["x-thing",{"z":"1"},"unknown","raw\\,value"]]}
            """)!;
        Assert.Null(CardValidator.Validate(card));

        var text = VCardFile.Write([card]);
        var read = Single(text);

        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.True(JsonNode.DeepEquals(Sorted(card), Sorted(read)), $"{card.ToJsonString()}\n{read.ToJsonString()}\n{text}");
    }

    [Fact]
    public void Write_LineBreaksInWhatIsKept_EndNoCard()
    {
        var card = (JsonObject)JsonNode.Parse("""
            {"uid":"1","vCardProps":[["x-a",{},"unknown","x\r\nEND:VCARD"],["end",{},"unknown","VCARD"],["x-b\r\nx",{},"unknown","y"],["x-c",{"p":"\r\nEND:VCARD"},"unknown","z"],"no"],
             "links":{"l":{"uri":"x\r\nEND:VCARD"}}}
            """)!;

        Assert.Single(VCardFile.Read(Encoding.UTF8.GetBytes(VCardFile.Write([card]))), read => read.Card is not null);
    }

    private static JsonObject Single(string file) => Assert.Single(VCardFile.Read(Encoding.UTF8.GetBytes(file))).Card!;

    /// <summary>Order of properties means nothing, that of lists does; address components are written in the order of vCard.</summary>
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
