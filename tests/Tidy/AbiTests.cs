using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Splice.Wire.Abi;

namespace Tests.Tidy;

/// <summary>splice_abi.h equals its C# mirror: the compiler says where C puts every field, the runtime where C# does.</summary>
public sealed partial class AbiTests
{
    private static readonly (string C, Type Mirror)[] Structs =
    [
        ("splice_flow", typeof(SpliceFlow)), ("splice_leg", typeof(SpliceLeg)), ("splice_leg_key", typeof(SpliceLegKey)),
        ("splice_service_key", typeof(SpliceServiceKey)), ("splice_connecting", typeof(SpliceConnecting)), ("splice_event", typeof(SpliceEvent)),
    ];

    private static readonly (string Prefix, Type Mirror)[] Enums =
    [
        ("SPLICE_DIRECTION_", typeof(SpliceDirection)), ("SPLICE_STATE_", typeof(SpliceState)), ("SPLICE_FLAG_", typeof(SpliceFlags)),
        ("SPLICE_TRACKED_", typeof(SpliceTracked)), ("SPLICE_DROP_", typeof(SpliceDrop)), ("SPLICE_EVENT_", typeof(SpliceEventType)),
        ("SPLICE_WINDOW_", typeof(SpliceWindow)),
    ];

    private readonly Dictionary<string, long> _c = AskCompiler();

    [Fact]
    public void Structs_FieldsAndSizes_AreEqual()
    {
        foreach (var (name, mirror) in Structs)
        {
            Assert.Equal(_c[$"sizeof {name}"], Marshal.SizeOf(mirror));
            foreach (var field in mirror.GetFields())
            {
                var key = $"{name}.{Snake(field.Name)}";
                Assert.True(_c.ContainsKey(key), $"splice_abi.h has no {key}; the mirror {mirror.Name}.{field.Name} is out of date");
                Assert.Equal((key, _c[key]), (key, (long)Marshal.OffsetOf(mirror, field.Name)));
            }

            Assert.Equal(mirror.GetFields().Length, _c.Keys.Count(key => key.StartsWith(name + ".", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Enums_NamesAndValues_AreEqual()
    {
        foreach (var (prefix, mirror) in Enums)
        {
            foreach (var value in Enum.GetValues(mirror).Cast<object>().Where(value => value.ToString() != "None"))
            {
                var key = prefix + Snake(value.ToString()!).ToUpperInvariant();
                Assert.True(_c.ContainsKey(key), $"splice_abi.h has no {key}; {mirror.Name}.{value} is out of date");
                Assert.Equal((key, _c[key]), (key, Convert.ToInt64(value, null)));
            }
        }

        Assert.Equal(SpliceAbi.Version, _c["SPLICE_ABI_VERSION"]);
        Assert.Equal(SpliceAbi.Mark, _c["SPLICE_MARK"]);
        Assert.Equal(SpliceAbi.DropMax, _c["SPLICE_DROP_MAX"]);
    }

    [Fact]
    public void Formats_Constants_EqualTheHeader()
    {
        var rows = ConstantRow().Matches(Tree.Text("splice/FORMATS.md"));
        Assert.NotEmpty(rows);
        foreach (Match row in rows)
        {
            var (name, text) = (row.Groups[1].Value, row.Groups[2].Value);
            if (_c.TryGetValue(name, out var value))
            {
                var stated = text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt64(text, 16) : long.Parse(text, provider: null);
                Assert.Equal((name, value), (name, stated));
            }
        }
    }

    private static Dictionary<string, long> AskCompiler()
    {
        var header = Tree.Text("splice/kernel/splice_abi.h");
        var program = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"splice_abi.h\"\nint main(void) {\n");
        foreach (var (name, _) in Structs)
        {
            program.Append(null, $"printf(\"sizeof {name} %ld\\n\", (long)sizeof(struct {name}));\n");
            var body = Regex.Match(header, $@"struct {name} \{{(.*?)\n\}};", RegexOptions.Singleline).Groups[1].Value;
            foreach (Match field in FieldName().Matches(body))
            {
                program.Append(null, $"printf(\"{name}.{field.Groups[1].Value} %ld\\n\", (long)offsetof(struct {name}, {field.Groups[1].Value}));\n");
            }
        }

        foreach (Match constant in ConstantName().Matches(header))
        {
            program.Append(null, $"printf(\"{constant.Value} %ld\\n\", (long){constant.Value});\n");
        }

        var folder = Directory.CreateTempSubdirectory("tidy-");
        try
        {
            var source = Path.Combine(folder.FullName, "abi.c");
            File.WriteAllText(source, program.Append("return 0; }\n").ToString());
            Tree.Run("cc", "-I", Tree.At("splice/kernel"), "-o", Path.Combine(folder.FullName, "abi"), source);
            return Tree.Run(Path.Combine(folder.FullName, "abi")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()
                .ToDictionary(line => line[..line.LastIndexOf(' ')], line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], provider: null));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));

    [GeneratedRegex(@"^\s+(?:__u8|__u16|__u32|__u64|__be16)\s+(\w+)(?:\[\d+\])?;", RegexOptions.Multiline)]
    private static partial Regex FieldName();

    [GeneratedRegex(@"\bSPLICE_(?!ABI_H)[A-Z0-9_]+\b(?=\s*(?:=|0x|\d))")]
    private static partial Regex ConstantName();

    [GeneratedRegex(@"^\| `?([A-Z][A-Z0-9_]+)`? \| `?(0x[0-9a-fA-F]+|\d+)`? \|", RegexOptions.Multiline)]
    private static partial Regex ConstantRow();
}
