using System.Globalization;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>
/// Feeds a parser its corpus and then what accidents make of it: a few seconds' worth in the gate; with APPLIANCE_FULL=n, n
/// times the long form. A failure names its case and shows the input, which belongs into the corpus from then on.
/// </summary>
internal static class Fuzz
{
    private const int LongForm = 50;
    private static readonly int[] Seeds = [1, 2, 3, 4];

    private static int Multiplier =>
        int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_FULL"), CultureInfo.InvariantCulture, out var full) ? full * LongForm : 1;

    /// <param name="parser">Folder of the corpus.</param>
    /// <param name="check">Throws if the parser does with these bytes what it must not.</param>
    /// <param name="seal">Makes the bytes on the wire: what a MAC or a seal protects has to be fuzzed behind it, too.</param>
    /// <param name="casesPerSeed">In the gate.</param>
    public static void Run(string parser, Action<byte[]> check, Func<byte[], byte[]>? seal = null, int casesPerSeed = 1000)
    {
        foreach (var one in Cases(parser, seal, casesPerSeed))
        {
            try
            {
                check(one.Wire);
            }
            catch (Exception e)
            {
                throw one.Failed(e);
            }
        }
    }

    /// <summary>As above.</summary>
    public static async Task RunAsync(string parser, Func<byte[], Task> check, int casesPerSeed)
    {
        foreach (var one in Cases(parser, null, casesPerSeed))
        {
            try
            {
                await check(one.Wire);
            }
            catch (Exception e)
            {
                throw one.Failed(e);
            }
        }
    }

    private static IEnumerable<FuzzCase> Cases(string parser, Func<byte[], byte[]>? seal, int casesPerSeed)
    {
        var corpus = Corpus.Load(parser);
        Assert.NotEmpty(corpus);
        byte[] Wire(CorpusEntry entry) => entry.IsWire || seal is null ? entry.Bytes : seal(entry.Bytes);
        foreach (var entry in corpus)
        {
            yield return new FuzzCase(parser, entry.Name, entry.Bytes, Wire(entry));
        }

        byte[][] before = [.. corpus.Where(entry => !entry.IsWire).Select(entry => entry.Bytes)];
        byte[][] wire = [.. corpus.Select(Wire)];
        foreach (var seed in Seeds)
        {
            for (var iteration = 0; iteration < casesPerSeed * Multiplier; iteration++)
            {
                // A case depends on its own two numbers only.
                var random = new Random((seed << 24) ^ iteration);
                var name = $"seed {seed} iteration {iteration}";
                if (seal is not null && iteration % 4 != 0)
                {
                    var bytes = Mutator.Mutate(random, before);
                    yield return new FuzzCase(parser, $"{name}, before it was sealed", bytes, seal(bytes));
                }
                else
                {
                    var bytes = Mutator.Mutate(random, wire);
                    yield return new FuzzCase(parser, name, bytes, bytes);
                }
            }
        }
    }

    private sealed record FuzzCase(string Parser, string Name, byte[] Bytes, byte[] Wire)
    {
        public FuzzFailedException Failed(Exception e) =>
            new($"{Parser}, {Name}: {e.Message}\nKeep these {Bytes.Length} bytes in tests/Unit/Corpus/{Parser}:\n{Convert.ToHexStringLower(Bytes)}", e);
    }
}

/// <summary>A parser did with some input what it must not.</summary>
internal sealed class FuzzFailedException(string message, Exception inner) : Exception(message, inner);
