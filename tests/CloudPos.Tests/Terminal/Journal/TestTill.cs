using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>
/// A terminal's store in a folder of its own, that can be closed, tampered with and opened again.
/// </summary>
internal sealed class TestTill : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly Currency Eur = Currency.Parse("EUR");
    public static readonly JournalId Journal = new("TERM0001", 1);

    private TerminalStore? _store;

    public TestTill(bool enrol = true)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("cloudpos-").FullName;
        Open();
        if (enrol)
            Enrol();
    }

    public string Directory { get; }

    public TestClock Clock { get; } = new(Start);

    public TestBackOffice BackOffice { get; } = new();

    public TerminalStore Store => _store ?? throw new InvalidOperationException("The till is closed.");

    public string PathOf(string name) => Path.Combine(Directory, name);

    public TerminalStore Open()
    {
        var opened = TerminalStore.TryOpen(Directory, Clock);
        Assert.True(opened.Store is not null, opened.Sentence);
        return _store = opened.Store;
    }

    public void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    public TerminalStore Reopen()
    {
        Close();
        return Open();
    }

    public WriteOutcome Enrol(int epoch = 1)
    {
        using var key = Store.PrepareDeviceKey();
        var answer = BackOffice.Enrol(Journal with { Epoch = epoch }, Clock.GetUtcNow());
        return Store.Enrol(TestBackOffice.Address, answer, "test");
    }

    /// <summary>Signs what the back office would after it stored everything up to a number.</summary>
    public string SignAcknowledgement(long number, DateTimeOffset? at = null) => BackOffice.Acknowledge(
        Store.Enrolment!.Journal, number, HashAt(number), at ?? Clock.GetUtcNow());

    public AcknowledgementOutcome Acknowledge(long number) =>
        Store.ApplyAcknowledgement(SignAcknowledgement(number));

    public WriteOutcome Feed(string cursor, params FeedRow[] rows) =>
        Store.ApplyFeedPage(new FeedPage(cursor, false, rows));

    public EntryHash HashAt(long number) => number == 0
        ? EntryHash.Genesis(Store.Enrolment!.Journal)
        : Store.FindEntry(number)!.Entry!.Hash;

    public WriteOutcome SellCash(long minor = 500, string sku = "apple", Contact? contact = null) =>
        Store.CompleteSale(CashSale(minor, sku, contact));

    /// <summary>A card sale decided offline: attempt and sale in one transaction.</summary>
    public (Id Payment, Id Sale, WriteOutcome Outcome) SellDeferred(long minor = 500, byte[]? tag = null)
    {
        var attempt = Attempt(minor, online: false, tag: tag);
        var outcome = Store.CompleteSale(CardSale(attempt, Approval.Deferred), attempt);
        return (attempt.Body.Payment, attempt.Body.Sale, outcome);
    }

    /// <summary>All of a sale given back to where it came from.</summary>
    public static SaleRefunded Refund(CloudPos.Terminal.Journal.TerminalStore store, Id sale)
    {
        var row = store.FindSale(sale)!;
        var sold = (SaleCompleted)store.SaleEntry(row)!.Body;
        return new SaleRefunded(
            Id.New(), sale, "TERM0001", row.ReceiptNumber, "anna", null, "damaged", [], sold.Taxes,
                sold.Total,
            [.. sold.Tenders.Select(t => new RefundTender(t.Kind, t.Amount, t.Payment?.Payment, Id.New()))],
            true);
    }

    public AttemptDraft Attempt(long minor, bool online, byte[]? tag = null, byte[]? envelope = null)
    {
        tag ??= RandomNumberGenerator.GetBytes(CardTag.VelocitySize);
        var card = Attachment.Create(
            AttachmentKind.SealedCard, envelope ?? RandomNumberGenerator.GetBytes(300));
        VelocityTag[] tags = [new VelocityTag(Store.VelocityKeys[0].KeyId, tag)];
        var facts = new CardFacts(Scheme.Visa, EntryMode.Contactless, "1111", Store.TokenOf(tags));
        return new AttemptDraft(
            new PaymentAttempted(Id.New(), Id.New(), Euro(minor), facts, card.Digest, online), Store.Now,
            card, tags);
    }

    public static SaleDraft CashSale(long minor = 500, string sku = "apple", Contact? contact = null) => new(
        Id.New(), "anna", [Line(sku, minor)], [TaxLine.Included(Euro(minor), 1900)], Euro(minor),
        [new Tender(TenderKind.Cash, Euro(minor), Euro(minor))], contact);

    public static SaleDraft CardSale(AttemptDraft attempt, Approval approval)
    {
        var body = attempt.Body;
        var code = approval == Approval.Online ? "123456" : null;
        var payment = new CardPayment(body.Payment, approval, body.Card, code, null, null);
        return new SaleDraft(
            body.Sale, "anna", [Line("apple", body.Amount.Minor)], [TaxLine.Included(body.Amount, 1900)],
            body.Amount,
            [new Tender(TenderKind.Card, body.Amount, body.Amount, payment)]);
    }

    public static FeedRow Outcome(Id payment, PaymentState state, string? responseCode = "00") =>
        new(Outcome: new Outcome(payment, state, responseCode, null, null, false, Start));

    /// <summary>The card had less than was asked for.</summary>
    public static FeedRow PartOnly(Id payment, long had) => new(Outcome: new Outcome(
        payment, PaymentState.Declined, "10", null, null, false, Start) { Available = Euro(had) });

    public static OfflinePolicy Policy(long version = 1, int windowMinutes = 60) => new(
        version, true, [Scheme.Visa], [EntryMode.Contactless], [new FloorLimit(null, null, Euro(5_000))],
        [new ExposureLimit(Euro(100_000), 100)], [new PerCardLimit(Euro(10_000), 3, windowMinutes)], 600,
        3_000);

    public static Money Euro(long minor) => new(minor, Eur);

    /// <summary>Whether any file of the folder contains these bytes.</summary>
    public bool AnyFileContains(ReadOnlySpan<byte> bytes)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories))
            if (Path.GetFileName(file) != FolderLock.Name && ReadShared(file).AsSpan().IndexOf(bytes) >= 0)
                return true;
        return false;
    }

    public bool AnyFileContains(string text) => AnyFileContains(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        Close();
        BackOffice.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static SaleLine Line(string sku, long minor) =>
        new(sku, sku, 1, Euro(minor), Euro(0), 1900, Euro(minor));

    public static byte[] ReadShared(string path)
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
