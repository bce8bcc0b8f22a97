using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography;
using CsCheck;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

/// <summary>The TLS 1.3 record layer against the published example and against itself.</summary>
public sealed class TlsRecordTests
{
    // RFC 8448 §3, "Simple 1-RTT Handshake".
    private static readonly byte[] ClientSecret = Convert.FromHexString("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
    private static readonly byte[] ServerSecret = Convert.FromHexString("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");

    private static readonly TlsCipherSuite[] Suites =
        [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    [Fact]
    public void Keys_OfThePublishedExample_AreDerived()
    {
        const TlsCipherSuite suite = TlsCipherSuite.TLS_AES_128_GCM_SHA256;

        Assert.Equal("9F02283B6C9C07EFC26BB9F2AC92E356", Convert.ToHexString(KeySchedule.Key(suite, ServerSecret)));
        Assert.Equal("CF782B88DD83549AADF1E984", Convert.ToHexString(KeySchedule.Iv(suite, ServerSecret)));
        Assert.Equal("17422DDA596ED5D9ACD890E3C63F5051", Convert.ToHexString(KeySchedule.Key(suite, ClientSecret)));
        Assert.Equal("5B78923DEE08579033E523D9", Convert.ToHexString(KeySchedule.Iv(suite, ClientSecret)));
    }

    [Fact]
    public void Seal_ContentOfThePublishedExample_MakesItsTlsRecord()
    {
        using var protection = new RecordProtection(TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientSecret, 0, 0);
        var content = Enumerable.Range(0, 50).Select(i => (byte)i).ToArray();
        var record = new byte[content.Length + RecordProtection.OverheadBytes];

        protection.Seal(TlsContentType.ApplicationData, content, record);

        Assert.Equal(
            "1703030043A23F7054B62C94D0AFFAFE8228BA55CBEFACEA42F914AA66BCAB3F2B9819A8A5B46B395BD54A9A20441E2B62974E1F5A6292A2977014BD1E3DEAE63AEEBB21694915E4",
            Convert.ToHexString(record));
    }

    [Fact]
    public void Open_ArrivingInAnyPieces_YieldsTheContent() =>
        Gen.Select(Gen.OneOfConst(Suites), Gen.Byte.Array[0, 40_000], Gen.Int[1, 20_000], Gen.UInt[0, 3]).Sample(
            (suite, content, pieceBytes, generation) =>
            {
                var secret = RandomNumberGenerator.GetBytes(KeySchedule.SecretBytes(suite));
                using var sealing = new RecordProtection(suite, secret, generation, 7);
                using var opener = new RecordOpener(new RecordProtection(suite, secret, generation, 7));
                var wire = Seal(sealing, content);
                Assert.Equal(RecordProtection.WireBytes((ulong)content.Length), (ulong)wire.Length);
                Assert.Equal(content, OpenInPieces(opener, wire, pieceBytes));
            },
            iter: 60);

    [Fact]
    public void Open_AfterKeyUpdate_UsesTheNextGeneration()
    {
        using var sealing = new RecordProtection(TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientSecret, 0, 0);
        using var opener = new RecordOpener(new RecordProtection(TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientSecret, 0, 0));
        var update = Seal(sealing, [24, 0, 0, 1, 1], TlsContentType.Handshake);
        sealing.Update();
        byte[] wire = [.. update, .. Seal(sealing, "after"u8)];

        Assert.Equal("after"u8.ToArray(), OpenInPieces(opener, wire, wire.Length));
        Assert.True(opener.IsUpdateRequested);
        Assert.Equal((1U, 1UL), (opener.Protection.Generation, opener.Protection.Sequence));
    }

    [Theory]
    [InlineData("160303001500", TlsAlert.UnexpectedMessage)]
    [InlineData("1703034200", TlsAlert.RecordOverflow)]
    [InlineData("1703030010", TlsAlert.BadRecordMac)]
    public void Open_HeaderThatCannotBe_IsRefusedBeforeItsContentArrives(string header, TlsAlert alert)
    {
        using var opener = new RecordOpener(new RecordProtection(TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientSecret, 0, 0));

        var refused = Assert.Throws<TlsAlertException>(() => opener.TryOpen(new ReadOnlySequence<byte>(Convert.FromHexString(header)), out _, out _));

        Assert.Equal(alert, refused.Alert);
    }

    [Fact]
    public void Open_AnythingElse_IsRefusedWithAnAlert() =>
        Gen.Select(Gen.OneOfConst(Suites), Gen.Byte.Array[0, 300], Gen.Bool).Sample(
            (suite, garbage, wellFramed) =>
            {
                using var opener = new RecordOpener(
                    new RecordProtection(suite, new byte[KeySchedule.SecretBytes(suite)], 0, 0));
                if (wellFramed && garbage.Length > 5)
                {
                    (garbage[0], garbage[1], garbage[2], garbage[3], garbage[4]) = (23, 3, 3, 0, (byte)Math.Min(255, garbage.Length - 5));
                }

                try
                {
                    Assert.False(opener.TryOpen(new ReadOnlySequence<byte>(garbage), out _, out _));
                }
                catch (TlsAlertException)
                {
                    // As it should be.
                }
            },
            iter: 2_000);

    [Fact]
    public void Seal_EveryBitFlipped_IsNoticed()
    {
        var wire = Seal(new RecordProtection(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, ClientSecret, 0, 0), "content"u8);
        for (var bit = 0; bit < wire.Length * 8; bit++)
        {
            using var opener = new RecordOpener(new RecordProtection(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, ClientSecret, 0, 0));
            var forged = wire.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            var opened = false;
            try
            {
                opened = opener.TryOpen(new ReadOnlySequence<byte>(forged), out _, out _);
            }
            catch (TlsAlertException)
            {
                // Noticed at once; a longer length is noticed when nothing follows.
            }

            Assert.False(opened, $"bit {bit}");
        }
    }

    [Fact]
    public void Secrets_Sealed_OpenForTheirFlowOnly()
    {
        var (flow, other) = (FlowId.NewRandom(), FlowId.NewRandom());
        var secrets = new TlsSecrets(TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientSecret, ServerSecret);
        using var seal = new TlsSecretsSeal(StorePair.ClusterKey);
        using var otherKey = new TlsSecretsSeal(new byte[32]);
        var bytes = seal.Seal(flow, secrets);

        var opened = seal.Open(flow, bytes);

        Assert.Equal(secrets.Suite, opened.Suite);
        Assert.Equal(ClientSecret, opened.Client.ToArray());
        Assert.Equal(ServerSecret, opened.Server.ToArray());
        Assert.ThrowsAny<CryptographicException>(() => seal.Open(other, bytes));
        Assert.ThrowsAny<CryptographicException>(() => otherKey.Open(flow, bytes));
        Assert.True(bytes.Length <= TlsSecretsSeal.LengthBytesMax);
    }

    private static byte[] Seal(RecordProtection protection, ReadOnlySpan<byte> content, TlsContentType type = TlsContentType.ApplicationData)
    {
        var wire = new ArrayBufferWriter<byte>();
        do
        {
            var part = content[..Math.Min(content.Length, RecordProtection.ContentBytesMax)];
            if (part.Length > 0)
            {
                wire.Advance(protection.Seal(type, part, wire.GetSpan(part.Length + RecordProtection.OverheadBytes)));
            }

            content = content[part.Length..];
        }
        while (content.Length > 0);
        return wire.WrittenSpan.ToArray();
    }

    private static byte[] OpenInPieces(RecordOpener opener, byte[] wire, int pieceBytes)
    {
        var content = new ArrayBufferWriter<byte>();
        var start = 0;
        for (var end = Math.Min(pieceBytes, wire.Length); ; end = Math.Min(end + pieceBytes, wire.Length))
        {
            while (opener.TryOpen(new ReadOnlySequence<byte>(wire, start, end - start), out var lengthBytes, out var opened))
            {
                content.Write(opened);
                start += lengthBytes;
            }

            if (end == wire.Length)
            {
                Assert.Equal(wire.Length, start);
                return content.WrittenSpan.ToArray();
            }
        }
    }
}
