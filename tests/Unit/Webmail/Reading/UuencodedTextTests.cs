using System.Text;
using Webmail.Mail.Messages;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Files written into a plain text.</summary>
public sealed class UuencodedTextTests
{
    private const string Cat = "begin 644 cat.txt\n#0V%T\n`\nend\n";

    [Fact]
    public void Split_Files_TakesThemOut()
    {
        var (text, files) = Split("Before\r\n" + Cat.Replace("\n", "\r\n", StringComparison.Ordinal) + "Between\n" + Cat.Replace("cat", "../../dog", StringComparison.Ordinal) + "After");

        Assert.Equal("Before\r\nBetween\nAfter", text);
        Assert.Equal(["cat.txt", "dog.txt"], files.Select(file => file.Name));
        Assert.All(files, file => Assert.Equal("Cat", Encoding.ASCII.GetString(file.Content)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(45)]
    [InlineData(1000)]
    public void Split_AnyBytes_ComeBack(int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);

        Assert.Equal(content, Assert.Single(Split(Encode(content)).Files).Content);
        Assert.Equal(content, Assert.Single(Split(Encode(content).Replace(" \n", "\n", StringComparison.Ordinal)).Files).Content);
    }

    [Theory]
    [InlineData("begin 644 cat.txt\n#0V%T\n`\n")]
    [InlineData("begin 644 cat.txt\n#0v%t\n`\nend\n")]
    [InlineData("begin 644 cat.txt\nend\n")]
    [InlineData("begin 644 cat.txt\n`\nend\n")]
    [InlineData("begin 999 cat.txt\n#0V%T\n`\nend\n")]
    [InlineData("begin with a word\nWELL\nend\n")]
    [InlineData("> begin 644 cat.txt\n> #0V%T\n> `\n> end\n")]
    [InlineData("begin 644 cat.txt\n#0V%TTOOLONG\n`\nend\n")]
    [InlineData("begin 644 cat.txt\n#0V%T\nbegin 644 cat.txt\nand so on\nend\n")]
    public void Split_WhatDoesNotDecode_StaysText(string text)
    {
        var (rest, files) = Split(text);

        Assert.Empty(files);
        Assert.Equal(text, rest);
    }

    [Fact]
    public void Split_ManyFiles_LeavesTheRest()
    {
        var (text, files) = Split(string.Concat(Enumerable.Repeat(Cat, UuencodedText.FilesMax + 2)));

        Assert.Equal(UuencodedText.FilesMax, files.Count);
        Assert.Equal(Cat + Cat, text);
    }

    [Fact]
    public void Split_Mutated_NeverThrows()
    {
        var random = new Random(1);
        var whole = Encoding.ASCII.GetBytes("Text\n" + Encode(new byte[300]) + Cat);
        for (var round = 0; round < 5000; round++)
        {
            var content = whole.ToArray();
            content[random.Next(content.Length)] = (byte)random.Next(256);
            UuencodedText.Split(content.AsMemory(0, random.Next(content.Length + 1)));
        }
    }

    internal static string Encode(byte[] content)
    {
        var text = new StringBuilder("begin 644 file.bin\n");
        foreach (var line in content.Chunk(45))
        {
            text.Append((char)(line.Length + ' '));
            foreach (var three in line.Chunk(3).Select(three => (byte[])[.. three, .. new byte[3 - three.Length]]))
            {
                int[] four = [three[0] >> 2, ((three[0] & 3) << 4) | (three[1] >> 4), ((three[1] & 15) << 2) | (three[2] >> 6), three[2] & 63];
                text.Append(string.Concat(four.Select(six => (char)(six + ' '))));
            }

            text.Append('\n');
        }

        return text.Append("`\nend\n").ToString();
    }

    private static (string Text, IReadOnlyList<UuencodedFile> Files) Split(string text)
    {
        var (rest, files) = UuencodedText.Split(Encoding.UTF8.GetBytes(text));
        return (Encoding.UTF8.GetString(rest.Span), files);
    }
}
