using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Webmail.Mail.Sieve.Vacations;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>Whatever users write, the real compiler finds one vacation action with just that text in it.</summary>
public sealed partial class SieveTextTests : IDisposable
{
    private const int CasesPerSeed = 60;
    private const int CharactersMax = 40;

    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\"", "\";", "\r\n", "\n", "\r", ".\r\n", "\r\n.\r\n", "text:\r\n", "#", "/*", "*/", "${a}", "${hex:22}", "{5+}\r\n", "\0", "\u2028",
        "\u0085", "ü", "日", "\U0001F600", "\ud800", "stop;", "discard;", "\"; discard; vacation \"", " ", "\t", "a", "%", "[", "]", "(", ")",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sieve-");

    public void Dispose() => _folder.Delete(true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_AnyText_CompilesToJustThatText(int seed)
    {
        for (var iteration = 0; iteration < CasesPerSeed; iteration++)
        {
            var random = new Random((seed << 24) ^ iteration);
            var (subject, text) = (Text(random).Replace("\0", "", StringComparison.Ordinal), Text(random));
            // A subject is one line; its own reader takes line breaks out of it.
            subject = "s" + LineBreaks().Replace(subject, " ");

            var program = Compile(VacationScript.Write(VacationSettings.None with { Subject = subject, TextBody = text }, "a\"b\\@example.test"));

            Assert.Single(program, words => words[0] == "VACATION");
            Assert.DoesNotContain(program, words => words[0] is "DISCARD" or "STOP" or "KEEP" or "REDIRECT" or "FILEINTO");
            Assert.Equal(Bytes(subject), Length(program, "subject:"));
            Assert.Equal(Bytes(text), Length(program, "reason:"));
        }
    }

    [Fact]
    public void Write_AsciiText_IsThatText()
    {
        var text = new string([.. Enumerable.Range(' ', 95).Select(one => (char)one)]);
        foreach (var half in (string[])[text[..60], text[60..]])
        {
            var program = Compile(VacationScript.Write(VacationSettings.None with { Subject = "s", TextBody = half }, "a@example.test"));

            Assert.Contains(program, words => string.Join(' ', words).EndsWith($"reason: STR[{half.Length}] \"{half}\"", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("keep;", "")]
    [InlineData("require \"a\"; keep;", "a")]
    [InlineData("# require \"x\";\r\nREQUIRE [\"a\", \"b\\\"c\"]; /* x */ require[\"d\"];fileinto \"vacation\";", "a b\"c d")]
    [InlineData("# no end", "")]
    [InlineData("/* no end", "")]
    [InlineData("/*/ still */require \"a\";", "a")]
    [InlineData("# x\n/* y */require \"a\";", "a")]
    [InlineData("require \"a", "")]
    [InlineData("require \"a\\", "")]
    [InlineData("require [\"a\", keep", "a")]
    public void Requirements_OfScript_AreFound(string script, string expected) =>
        Assert.Equal(expected, string.Join(' ', Requirements.Of(Encoding.UTF8.GetBytes(script))));

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < random.Next(CharactersMax))
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    private static int Bytes(string text) =>
        Encoding.UTF8.GetByteCount(text.ReplaceLineEndings("\r\n").Replace("\0", "", StringComparison.Ordinal));

    private static int Length(IEnumerable<string[]> program, string operand) =>
        int.Parse(Regex.Match(program.Single(words => words[0] == operand)[1], @"^STR\[(\d+)\]").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the compiler has understood: a line of words for each operation and operand.</summary>
    private List<string[]> Compile(byte[] script)
    {
        var (source, binary) = (Path.Combine(_folder.FullName, "a.sieve"), Path.Combine(_folder.FullName, "a.svbin"));
        File.WriteAllBytes(source, script);
        Run("sievec", source, binary);
        return [.. Code().Matches(Run("sieve-dump", binary)).Select(match => match.Groups[1].Value.Split(' '))];
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
        return output.Result;
    }

    [GeneratedRegex(@"^[0-9a-f]{8}:(?: +\d+:)? +(.*)$", RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[\r\n\u0085\u2028]+")]
    private static partial Regex LineBreaks();
}
