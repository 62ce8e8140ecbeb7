using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Journal;

public class OpeningTests
{
    [Fact]
    public void A_second_opener_of_a_folder_is_refused_and_told_who_has_it()
    {
        using var till = new TestTill();

        var second = TerminalStore.TryOpen(till.Directory, till.Clock);

        Assert.Equal(OpenStatus.FolderInUse, second.Status);
        Assert.Null(second.Store);
        Assert.Contains($"Process {Environment.ProcessId} is using", second.Sentence);
        till.Close();
        till.Open();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_outcome()
    {
        using var till = new TestTill(enrol: false);
        File.WriteAllText(till.PathOf("file"), "");

        var opened = TerminalStore.TryOpen(till.PathOf("file/folder"), till.Clock);

        Assert.Equal(OpenStatus.FolderNotUsable, opened.Status);
        Assert.Contains("local disk", opened.Sentence);
    }

    [Fact]
    public void A_folder_that_a_later_version_wrote_is_left_alone()
    {
        using var till = new TestTill();
        till.Close();
        using (var connection = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=9999";
            command.ExecuteNonQuery();
        }

        var opened = TerminalStore.TryOpen(till.Directory, till.Clock);

        Assert.Equal(OpenStatus.SchemaNewer, opened.Status);
        Assert.Contains("later version", opened.Sentence);
        Assert.Contains("install that version", opened.Sentence);
    }

    /// <summary>A new kind of entry needs no new table.</summary>
    [Fact]
    public void A_folder_with_an_entry_that_only_a_later_version_knows_is_left_alone()
    {
        using var till = new TestTill();
        till.SellCash();
        var last = till.Store.FindEntry(till.Store.LastNumber)!.Entry!;
        till.Close();
        var later = last.Header with
        {
            Number = last.Header.Number + 1, Kind = (EntryKind)60_000, Previous = last.Hash,
        };
        Append(till, later, later.Write("{}"u8));

        var opened = TerminalStore.TryOpen(till.Directory, till.Clock);

        Assert.Equal(OpenStatus.SchemaNewer, opened.Status);
        Assert.Contains("install that version", opened.Sentence);
    }

    [Theory]
    [InlineData("synchronous", "2")]
    [InlineData("journal_mode", "wal")]
    [InlineData("secure_delete", "1")]
    [InlineData("locking_mode", "exclusive")]
    [InlineData("foreign_keys", "1")]
    [InlineData("trusted_schema", "0")]
    public void The_database_is_set_for_a_journal(string pragma, string value)
    {
        using var till = new TestTill(enrol: false);
        using var database = Database.Open(till.PathOf("other.db"));

        Assert.Equal(value, $"{database.Scalar($"PRAGMA {pragma}")}");
        database.Reopen();
        Assert.Equal(value, $"{database.Scalar($"PRAGMA {pragma}")}");
    }

    [Fact]
    public void SQLite_is_new_enough() => Assert.True(Database.SqliteVersion >= Database.SqliteAtLeast);

    /// <summary>Two scripts of one number would run in the order of their names, by luck.</summary>
    [Fact]
    public void The_schema_scripts_are_numbered_without_a_gap()
    {
        var numbers = typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => name.Split('.')[^2].Split('-')[0]).Order().ToList();

        Assert.Equal(
            Enumerable.Range(1, Migrations.Newest).Select(number => $"{number:D4}"), numbers);
    }

    [Fact]
    public void Only_the_owner_may_read_the_journal()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var till = new TestTill();
        till.SellCash();

        foreach (var name in new[] { TerminalStore.DatabaseName, TerminalStore.DatabaseName + "-wal" })
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(till.PathOf(name)));
    }

    [Fact]
    public void Only_the_owner_may_enter_a_folder_that_was_made()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var till = new TestTill(enrol: false);
        var made = till.PathOf("inner");

        TerminalStore.TryOpen(made, till.Clock).Store!.Dispose();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(made));
    }

    [Fact]
    public void Ten_thousand_entries_that_were_never_sent_open_and_verify()
    {
        using var till = new TestTill();
        for (var sale = 0; sale < 1_112; sale++)
            Assert.True(SellWithEightCards(till).IsStored);

        var store = till.Reopen();

        Assert.Empty(store.Damage);
        Assert.Equal(1 + 1_112 * 9, store.LastNumber);
        Assert.Equal(1_112 * 8, store.Exposure(TestTill.Eur).Count);
        Assert.True(store.Verify().IsSound);
    }

    [Fact]
    public void Opening_believes_what_was_acknowledged_long_ago_and_verifying_does_not()
    {
        using var till = new TestTill();
        for (var sale = 0; sale < 150; sale++)
            SellWithEightCards(till);
        till.Acknowledge(1_351);
        till.Close();
        using (var connection = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE entry SET sealed = zeroblob(100) WHERE place & 0xFFFFFFFFFF = 10";
            command.ExecuteNonQuery();
        }

        var store = till.Open();

        Assert.Empty(store.Damage);
        Assert.Contains(store.Verify().Findings, finding => finding.Number == 10);
    }

    [Fact]
    public void Every_kind_of_entry_survives_reopening_byte_by_byte()
    {
        using var till = new TestTill();
        till.Feed("1", new CloudPos.Wire.FeedRow(Policy: TestTill.Policy()));
        var (_, sale, _) = till.SellDeferred();
        till.Store.VoidSale(sale, "anna", "mistake");
        var (_, back, _) = till.SellDeferred();
        var given = till.Store.RefundSale(TestTill.Refund(till.Store, back));
        Assert.True(given.IsStored, given.Sentence);
        var refused = till.Attempt(100, online: true);
        till.Store.RecordAttempt(refused);
        till.Store.FailPayment(new PaymentFailed(
            refused.Body.Payment, refused.Body.Sale, refused.Body.Amount, refused.Body.Card, "05", null));
        var left = till.Attempt(100, online: true);
        till.Store.RecordAttempt(left);
        till.Store.AbandonPayment(left.Body.Payment, "customer left");
        till.Store.ReceiveStock([new StockChange("apple", 3)], "delivery");
        till.Store.CountStock([new StockChange("apple", 2)]);
        till.Store.RecordPinLocked(new PinFailures("anna", 3, TestTill.Start));
        till.Store.WasteStock([new StockChange("apple", 1)], "rotten", "anna");
        till.Store.SendTransfer("hamburg-1", [new StockChange("apple", 1)], "anna");
        till.Store.ReceiveTransfer("TERM0009-1-T000004", [new StockChange("apple", 1)], true, "anna");
        till.Store.EditProduct("pear", new ProductFields("Pear", Price: TestTill.Euro(90)), "anna");
        till.Store.OpenShift(Id.New(), TestTill.Euro(100), "anna");
        till.Store.MoveCash(TestTill.Euro(-50), "stamps", "anna");
        till.Store.CloseShift(TestTill.Euro(50), "anna");
        var customer = Id.New();
        till.Store.WriteCustomer(customer, new CustomerData("Ida Example", null, "030 1", null), "anna");
        till.Store.AdjustPoints(customer, 5, "sorry", "anna");
        till.Store.EraseCustomer(customer, "anna");
        till.Store.RecordOverride(new Overridden(OverrideSubject.Void, sale, "anna", "mia", 0, 100));
        var buyer = new InvoiceParty("Ida Example", ["1 High Street"]);
        Assert.True(till.Store.IssueInvoice(back, buyer, "anna").IsStored);
        var invoice = till.Store.Invoices()[^1].InvoiceNumber;
        Assert.True(till.Store.CopyInvoice(invoice, "anna").IsStored);
        Assert.True(till.Store.MailInvoice(invoice, "ida@example.com", "anna").IsStored);
        Assert.True(till.Store.EraseInvoiceParty(invoice, "anna").IsStored);
        till.Store.MarkPrinted(back);
        Assert.True(till.Store.CopyReceipt(back, "anna").IsStored);
        Assert.True(till.Store.StartDrill(5, "mia").IsStored);
        Assert.True(till.Store.EndDrill("mia").IsStored);
        till.Store.TakeDayReport();
        var before = till.Store.Entries().Select(line => line.Entry!.Bytes.ToArray()).ToList();

        var after = till.Reopen().Entries().Select(line => line.Entry!.Bytes.ToArray()).ToList();

        Assert.Equal(before, after);
        Assert.Equal(
            Enum.GetValues<EntryKind>(),
            till.Store.Entries().Select(line => line.Entry!.Header.Kind).Distinct().Order());
        Assert.True(till.Store.Verify().IsSound);
    }

    /// <summary>Nine entries in one transaction.</summary>
    private static WriteOutcome SellWithEightCards(TestTill till)
    {
        var sale = Id.New();
        var attempts = Enumerable.Range(0, TerminalStore.TendersMax)
            .Select(_ => till.Attempt(100, online: false))
            .Select(attempt => attempt with { Body = attempt.Body with { Sale = sale } }).ToArray();
        var total = TestTill.Euro(100 * attempts.Length);
        return till.Store.CompleteSale(
            new SaleDraft(
                sale, "anna",
                [new SaleLine("apple", "Apple", 8, TestTill.Euro(100), TestTill.Euro(0), 1900, total)],
                [TaxLine.Included(total, 1900)], total,
                [.. attempts.SelectMany(attempt => TestTill.CardSale(attempt, Approval.Deferred).Tenders)]),
            attempts);
    }

    /// <summary>Writes an entry as a program does that knows it.</summary>
    private static void Append(TestTill till, EntryHeader header, byte[] bytes)
    {
        using var cipher = new AtRestCipher(File.ReadAllBytes(till.PathOf("keys/at-rest.key")));
        var name = new LengthPrefixed().Add("entry").Add(header.Journal.Terminal).Add(header.Journal.Epoch)
            .Add(header.Number).ToArray();
        using var connection = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO entry (place, hash, sealed) VALUES ($1, $2, $3)";
        command.Parameters.AddWithValue("$1", new Place(header.Journal.Epoch, header.Number).Value);
        command.Parameters.AddWithValue("$2", EntryHash.Of(bytes).ToBytes());
        command.Parameters.AddWithValue("$3", cipher.Encrypt(bytes, name));
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
