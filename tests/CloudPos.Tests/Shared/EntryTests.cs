using System.Text;
using CloudPos.Cards;
using CloudPos.Journal;
using CsCheck;

namespace CloudPos.Tests.Shared;

public sealed class EntryTests
{
    private static readonly JournalId Journal = new("T0000001", 3);
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));
    private static readonly CardFacts Card =
        new(Scheme.Visa, EntryMode.Chip, "4242", "00ff", "A0000000031010", "VISA");

    public static TheoryData<EntryBody> Bodies =>
    [
        new EpochOpened("MERCHANT0000001", "berlin-1", "thumb", "1.0"),
        new PaymentAttempted(Id.New(), Id.New(), Euro(1234), Card, "00", true),
        new SaleCompleted(
            Id.New(), 7, "T0000001-3-000007", "ana",
            [new SaleLine("APPLE", "Äpfel, 1 kg", 2, Euro(299), Euro(0), 700, Euro(598))],
            [TaxLine.Included(Euro(598), 700)], Euro(598),
            [
                new Tender(TenderKind.Cash, Euro(98), Euro(100)),
                new Tender(TenderKind.Card, Euro(500), Euro(500), new CardPayment(
                    Id.New(), Approval.Deferred, Card, null, null,
                    new Decision(DecisionReason.Accepted, 4, 0, 0, Euro(0), 0, 12))),
            ],
            "aa"),
        new PaymentFailed(Id.New(), Id.New(), Euro(1), null, "51", null),
        new PaymentAbandoned(Id.New(), Id.New(), Euro(1), "customer left"),
        new SaleVoided(Id.New(), "T0000001-3-000007", "ana", "wrong item", Euro(598),
            [new StockChange("APPLE", 2)], [Id.New()]),
        new SaleRefunded(
            Id.New(), Id.New(), "T0000001", "T0000001-3-000007", "ana", "mia", "damaged",
            [new RefundLine(0, "APPLE", 1, Euro(299))], [TaxLine.Included(Euro(299), 700)], Euro(299),
            [new RefundTender(TenderKind.Card, Euro(299), Id.New(), Id.New())], true),
        new StockReceived([new StockChange("APPLE", 10)], "delivery 12"),
        new StockCounted([new StockCount("APPLE", 9, 10)]),
        new PolicyApplied(OfflinePolicy.None),
        new PinLocked("anna", 3, Noon),
        new Overridden(OverrideSubject.Discount, Id.New(), "Anna", "mia", 1_000, 2_500),
        new DayReported(1, 1, 2, 0, [Euro(598)]),
        new InvoiceIssued(
            Id.New(), Id.New(), "T0000001-3-000007", 1, "T0000001-3-R000001", null, "ana", "aa"),
        new ReceiptCopied(Id.New(), "T0000001-3-000007", 1, "ana"),
        new DrillEnded(Noon, Noon, "ana", null, 2, [Euro(1)], 1, [Euro(2)], 0, [Euro(2)], 4),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Every_kind_is_read_back_as_it_was_written(EntryBody body)
    {
        var entry = Entry.Create(
            Journal, 5, EntryHash.Genesis(Journal), Noon, new DateOnly(2026, 6, 1), body);

        Assert.True(Entry.TryRead(entry.Bytes, out var read, out var fault), fault);
        Assert.Equal(entry.Header, read!.Header);
        Assert.Equal(entry.Hash, read.Hash);
        Assert.Equal(Noon, read.Header.At);
        Assert.Equal(body.Kind, read.Body.Kind);
        // Records with lists compare by reference; the bytes say whether anything was lost.
        var again = Entry.Create(
            Journal, 5, EntryHash.Genesis(Journal), Noon, new DateOnly(2026, 6, 1), read.Body);
        Assert.Equal(entry.Hash, again.Hash);
    }

    [Fact]
    public void The_layout_is_the_documented_one_byte_by_byte()
    {
        var entry = Entry.Create(
            Journal, 2, EntryHash.Genesis(Journal), Noon, new DateOnly(2026, 6, 1),
            new StockReceived([new StockChange("A", 1)], "r"));
        var hex = Convert.ToHexStringLower(entry.Bytes.Span);

        Assert.Equal("43504a31" + "000a" + "0000000000000002" + "00000003", hex[..36]);
        // 2026-06-01T10:00:00.123Z, 120 minutes east, 20260601.
        Assert.Equal("0000019e82a03d7b" + "0078" + "013526f9", hex[36..64]);
        Assert.Equal(EntryHash.Genesis(Journal).ToString(), hex[64..128]);
        Assert.Equal("08" + Convert.ToHexStringLower("T0000001"u8), hex[128..146]);
        Assert.Equal("{\"lines\":[{\"sku\":\"A\",\"quantity\":1}],\"reference\":\"r\"}",
            Encoding.UTF8.GetString(entry.Bytes.Span[73..]));
    }

    [Fact]
    public void A_changed_bit_anywhere_changes_the_hash()
    {
        var entry = Entry.Create(
            Journal, 2, EntryHash.Genesis(Journal), Noon, new DateOnly(2026, 6, 1),
            new StockReceived([new StockChange("A", 1)], "r"));
        Gen.Int[0, entry.Bytes.Length * 8 - 1].Sample(bit =>
        {
            var changed = entry.Bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(entry.Hash, EntryHash.Of(changed));
        });
    }

    [Fact]
    public void Bytes_cut_anywhere_or_at_random_are_refused_with_a_place_and_never_throw()
    {
        var entry = Entry.Create(
            Journal, 2, EntryHash.Genesis(Journal), Noon, new DateOnly(2026, 6, 1),
            new PaymentAbandoned(Id.New(), Id.New(), Euro(1), "why"));
        for (var length = 0; length < entry.Bytes.Length; length++)
        {
            Assert.False(Entry.TryRead(entry.Bytes[..length], out _, out var fault));
            Assert.False(string.IsNullOrEmpty(fault));
        }
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.False(Entry.TryRead(bytes, out _, out _)));
        Gen.Select(Gen.Int[0, entry.Bytes.Length - 1], Gen.Byte).Sample((place, value) =>
        {
            var changed = entry.Bytes.ToArray();
            changed[place] = value;
            _ = Entry.TryRead(changed, out _, out _);
        });
    }

    [Fact]
    public void Two_journals_never_start_from_the_same_hash() =>
        Assert.NotEqual(EntryHash.Genesis(Journal), EntryHash.Genesis(Journal with { Epoch = 4 }));

    [Fact]
    public void Without_its_salt_the_digest_of_an_attachment_cannot_be_guessed()
    {
        var content = "{\"email\":\"a@example.com\"}"u8.ToArray();
        Assert.NotEqual(
            Attachment.Create(AttachmentKind.Contact, content).Digest,
            Attachment.Create(AttachmentKind.Contact, content).Digest);
    }

    private static Money Euro(long minor) => new(minor, Eur);
}
