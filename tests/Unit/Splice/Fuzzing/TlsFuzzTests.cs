using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Splice.Hooks;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>TLS records of clients behind the handshake, and sealed secrets.</summary>
public sealed class TlsFuzzTests
{
    private const TlsCipherSuite Suite = TlsCipherSuite.TLS_AES_128_GCM_SHA256;
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly FlowId Flow = new(7);

    [Fact]
    public void Records_InPieces_OpenToTheSame() => Fuzz.Run(
        "TlsRecords", bytes => Assert.Equal(Open(bytes, [bytes.Length]), Open(bytes, Pieces.Lengths(bytes))), Seal, 300);

    [Fact]
    public void RecordsOfHooks_InPieces_ReadAsTheyOpen() => Fuzz.Run(
        "TlsRecords",
        bytes =>
        {
            var (opened, end) = Open(bytes, [bytes.Length]);
            var (read, readEnd) = Read(bytes, Pieces.Lengths(bytes));
            Assert.Equal(end, readEnd);
            // What came in one piece with a broken TLS record is not shown any more.
            Assert.StartsWith(read, opened, StringComparison.Ordinal);
            Assert.True(read == opened || end is not ("open" or "closed"), $"{read} is not all of {opened}");
        },
        Seal,
        300);

    [Fact]
    public void Secrets_Anything_OpenOrAreRefused() => Fuzz.Run(
        "TlsSecrets",
        bytes =>
        {
            try
            {
                using var seal = new TlsSecretsSeal(StorePair.ClusterKey);
                var secrets = Memory.Bounded(bytes, () => seal.Open(Flow, bytes));
                Assert.True(KeySchedule.Supports(secrets.Suite));
                Assert.Equal((secrets.Client.Length, secrets.Server.Length), (KeySchedule.SecretBytes(secrets.Suite), KeySchedule.SecretBytes(secrets.Suite)));
            }
            catch (CryptographicException)
            {
                // As documented.
            }
        },
        SealSecrets);

    /// <summary>The contents, how the connection stands, and the alert if it ended with one.</summary>
    private static (string Content, string End) Open(byte[] wire, IEnumerable<int> lengths)
    {
        using var opener = new RecordOpener(new RecordProtection(Suite, Secret, 0, 0));
        var text = new StringBuilder();
        var start = 0;
        try
        {
            foreach (var end in lengths)
            {
                while (!opener.IsClosed && opener.TryOpen(new ReadOnlySequence<byte>(wire, start, end - start), out var lengthBytes, out var content))
                {
                    Assert.InRange(lengthBytes, RecordProtection.OverheadBytes, end - start);
                    text.Append(Convert.ToHexString(content));
                    start += lengthBytes;
                }
            }
        }
        catch (TlsAlertException e)
        {
            return ($"{text}", $"{e.Alert}");
        }

        return ($"{text}", opener.IsClosed ? "closed" : "open");
    }

    private static (string Content, string End) Read(byte[] wire, IEnumerable<int> lengths)
    {
        using var opener = new RecordOpener(new RecordProtection(Suite, Secret, 0, 0));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        var failures = 0;
        var reader = new TlsPipeReader(pipe.Reader, opener, 0, 0, _ => failures++);
        var text = new StringBuilder();
        var start = 0;
        try
        {
            foreach (var end in lengths)
            {
                pipe.Writer.Write(wire.AsSpan(start, end - start));
                _ = pipe.Writer.FlushAsync().AsTask();
                start = end;
                while (reader.TryRead(out var read))
                {
                    text.Append(Convert.ToHexString(read.Buffer.ToArray()));
                    reader.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        return ($"{text}", "closed");
                    }
                }
            }
        }
        catch (TlsAlertException e)
        {
            Assert.Equal(1, failures);
            return ($"{text}", $"{e.Alert}");
        }

        return ($"{text}", "open");
    }

    /// <summary>Seals what the corpus describes: for each TLS record its content type, two bytes of length and the content.
    /// The content may itself end with a type and padding (RFC 8446 §5.2).</summary>
    private static byte[] Seal(byte[] description)
    {
        using var protection = new RecordProtection(Suite, Secret, 0, 0);
        var wire = new ArrayBufferWriter<byte>();
        for (var rest = description.AsSpan(); rest.Length > 3;)
        {
            var content = rest.Slice(3, Math.Min(BinaryPrimitives.ReadUInt16BigEndian(rest[1..]), rest.Length - 3));
            var type = (TlsContentType)rest[0];
            wire.Advance(protection.Seal(type, content, wire.GetSpan(content.Length + RecordProtection.OverheadBytes)));
            if (type == TlsContentType.Handshake && content.Length == 5 && content[0] == 24)
            {
                protection.Update();
            }

            rest = rest[(3 + content.Length)..];
        }

        return wire.WrittenSpan.ToArray();
    }

    private static byte[] SealSecrets(byte[] plain)
    {
        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, StorePair.ClusterKey, 32, [], "splice tls 1"u8.ToArray()), 16);
        var additional = new byte[FlowId.LengthBytes];
        Flow.Write(additional);
        var bytes = new byte[12 + plain.Length + 16];
        cipher.Encrypt(bytes.AsSpan(0, 12), plain, bytes.AsSpan(12, plain.Length), bytes.AsSpan(12 + plain.Length), additional);
        return bytes;
    }
}
