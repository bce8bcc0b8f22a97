using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Reading;

/// <summary>winmail.dat, by itself; anybody may have made it.</summary>
public sealed class TnefTests
{
    public static TheoryData<string, byte[]> Broken => new()
    {
        { "nothing but its beginning", new TnefFile().Bytes },
        { "attribute longer than the file", new TnefFile().Attribute(1, 0x00069003, [1, 0, 0, 0], 0x7fffff00).Bytes },
        { "attribute of negative length", new TnefFile().Attribute(1, 0x00069003, [1, 0, 0, 0], -20).Bytes },
        { "property longer than the file", new TnefFile().Message(TnefFile.Property(0x0037, 0x1f, "ab"u8.ToArray(), 0x7fffff00)).Bytes },
        { "property of negative length", new TnefFile().Message(TnefFile.Property(0x0037, 0x1f, "ab"u8.ToArray(), -5)).Bytes },
        { "two thousand million properties", new TnefFile().Attribute(1, 0x00069003, TnefFile.Properties([], 0x7fffff00)).Bytes },
        { "two thousand million receivers", new TnefFile().Attribute(1, 0x00069004, TnefFile.Int32(0x7fffff00)).Bytes },
        {
            "name of a property longer than the file",
            new TnefFile().Attribute(1, 0x00069003, [.. TnefFile.Int32(1), 0x1f, 0, 0, 0x80, .. new byte[16], .. TnefFile.Int32(1), .. TnefFile.Int32(0x7fffff00), 1, 2]).Bytes
        },
        { "unknown code page", new TnefFile().Message(TnefFile.Property(0x3fde, 3, TnefFile.Int32(77)), TnefFile.Property(0x1013, 0x102, [0xff, 0xfe])).Bytes },
        { "compressed text that is none", new TnefFile().Message(TnefFile.Property(0x1009, 0x102, new byte[1000])).Bytes },
        { "attachments without end", Enumerable.Range(0, TnefMessage.AttachmentsMax + 1).Aggregate(new TnefFile(), (file, _) => file.Attach("x", [])).Bytes },
    };

    [Fact]
    public void TryParse_Typical_HasTextAndFiles()
    {
        var message = ParsedMessage.TryParse(TnefFile.Typical())!;

        Assert.Equal("Minutes", message.Email.Envelope.Subject);
        Assert.Contains("<b>HTML</b>", message.Read(Assert.Single(message.Email.Body.Html)).Value, StringComparison.Ordinal);
        Assert.Equal(["notes.txt", "Grüße.pdf"], message.Email.Body.Attachments.Select(part => part.Name!));
        Assert.Equal("The notes."u8.ToArray(), message.Content(message.Email.Body.Attachments[0].PartId)!.Value.ToArray());
    }

    [Fact]
    public void TryParse_AMessageInIt_IsAFileThatOpens()
    {
        var outer = ParsedMessage.TryParse(new TnefFile().AttachMessage(TnefFile.Typical()).Bytes)!;

        var inner = ParsedMessage.TryParse(outer.Content(Assert.Single(outer.Email.Body.Attachments).PartId)!.Value)!;

        Assert.Equal("Minutes", inner.Email.Envelope.Subject);
    }

    /// <summary>Another backend must say the same.</summary>
    [Fact]
    public void TryParse_Twice_IsTheSame() => Assert.Equal(Written(TnefFile.Typical()), Written(TnefFile.Typical()));

    [Theory]
    [MemberData(nameof(Broken))]
    public void TryParse_Broken_NeitherThrowsNorTakesMemory(string name, byte[] content)
    {
        Assert.NotEmpty(name);
        var before = GC.GetAllocatedBytesForCurrentThread();

        TnefMessage.TryParse(content)?.Dispose();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public void TryParse_Mutated_NeverThrows()
    {
        var random = new Random(1);
        var typical = new TnefFile().Message(TnefFile.Property(0x1009, 0x102, new byte[40])).AttachMessage(TnefFile.Typical()).Attach("a.txt", [1]).Bytes;
        for (var round = 0; round < 5000; round++)
        {
            var content = typical.ToArray();
            for (var change = 0; change < 3; change++)
            {
                content[random.Next(6, content.Length)] = (byte)random.Next(256);
            }

            ParsedMessage.TryParse(content.AsMemory(0, random.Next(6, content.Length + 1)));
        }
    }

    private static byte[] Written(byte[] content)
    {
        using var message = TnefMessage.TryParse(content)!;
        using var written = new MemoryStream();
        message.WriteTo(written, TestContext.Current.CancellationToken);
        return written.ToArray();
    }
}
