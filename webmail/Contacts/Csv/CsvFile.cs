using System.Text;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.Csv;

/// <summary>CSV files of contacts: read as Google, Outlook and Thunderbird write them, written with Google's columns.</summary>
public static class CsvFile
{
    /// <summary>Reads all cards of a file, in order. Never throws: a record that makes no card says why.</summary>
    public static IEnumerable<ReadCard> Read(ReadOnlyMemory<byte> file)
    {
        IReadOnlyList<CsvColumn?>? columns = null;
        foreach (var record in CsvReader.Read(TextFile.Decode(file.Span)))
        {
            if (columns is null)
            {
                columns = [.. record.Fields.Select(CsvColumns.Find)];
                if (columns.All(column => column is null))
                {
                    yield return new ReadCard(record.Line, null, "names no column that is known; export from Google, Outlook or Thunderbird in English");
                    yield break;
                }
            }
            else
            {
                yield return CardFromCsv.Map(columns, record) is { } card ? ReadCard.Of(record.Line, card) : new ReadCard(record.Line, null, "is empty");
            }
        }
    }

    /// <summary>Writes cards as one file, with as many columns as the richest card needs.</summary>
    public static string Write(IEnumerable<JsonObject> cards)
    {
        var rows = cards.Select(CardToCsv.Cells).ToList();
        var headers = rows.SelectMany(row => row.Keys).Distinct().OrderBy(CardToCsv.Place).ToList();
        // The mark tells Excel that this is UTF-8.
        var text = new StringBuilder("\ufeff");
        Append(headers);
        foreach (var row in rows)
        {
            Append(headers.Select(header => row.GetValueOrDefault(header, "")));
        }

        return text.ToString();

        void Append(IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(CsvCell.Write)).Append("\r\n");
    }
}
