using System.Text;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>Bank statements as finance gets them: good, again, in part, of others, and damaged.</summary>
public sealed class BankStatementTests : IAsyncLifetime
{
    private const string Ours = $"PAYOUT {MoneyWorld.Merchant} 20261120";
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        await _world.CardSale("T1000001", 10_000, PaymentState.Approved);
        await _world.CardSale("T2000001", 5_000, PaymentState.Approved);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_payout_is_matched_by_merchant_and_settlement_date_and_counts_once()
    {
        var file = Camt(Entry("150.00", Ours, "R1"));

        var first = await Enter(Camt053.Read(file));
        var again = await Enter(Camt053.Read(file));

        Assert.Equal((1, 0), (first.Matched, first.Duplicate));
        Assert.Equal("2026-11-20 is paid.", Assert.Single(first.Lines).What);
        Assert.Equal((0, 1), (again.Matched, again.Duplicate));
        var view = await View();
        Assert.Equal(15_000, view.Bank.Minor);
        Assert.True(view.Holds);
    }

    [Fact]
    public async Task Parts_add_up_and_what_is_missing_is_named()
    {
        var part = await Enter(Camt053.Read(Camt(Entry("60.00", Ours, "R1"))));
        Assert.Equal("2026-11-20 is paid in part: 90.00 EUR are missing.", Assert.Single(part.Lines).What);
        Assert.Equal(9_000, Of(await View(), "Cleared, not paid by the bank yet"));

        var rest = await Enter(Camt053.Read(Camt(Entry("100.00", Ours, "R2"))));
        Assert.Equal(
            "2026-11-20 is paid 10.00 EUR more than was expected.", Assert.Single(rest.Lines).What);
        var view = await View();
        Assert.Equal((15_000, 0, 1_000), (
            view.Bank.Minor, Of(view, "Cleared, not paid by the bank yet"), view.BeyondExpected.Minor));
        Assert.True(view.Holds);
    }

    [Fact]
    public async Task A_date_on_which_more_was_given_back_than_taken_is_deducted_from_another_dates_payout()
    {
        var next = MoneyWorld.Date.AddDays(1);
        var sold = await _world.CardSale("T1000001", 100, PaymentState.Approved, date: next);
        var (id, amount) = (Id.New(), new Money(4_100, MoneyWorld.Eur));
        await _world.Refund(
            sold.Facts!.Sale, "T1000001", next, new RefundTender(TenderKind.Card, amount, sold.Payment, id));
        await _world.CardRefund(sold, 4_100, PaymentState.Approved, next, id);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        Assert.Equal((11_000, 0, 0), await Money());

        var result = await Enter(Camt053.Read(Camt(Entry("110.00", Ours + " and 20261121", "R1"))));

        Assert.Equal("2026-11-21 is paid. 2026-11-20 is paid.", Assert.Single(result.Lines).What);
        Assert.Equal((0, 11_000, 0), await Money());

        async Task<(long Open, long Paid, long Beyond)> Money()
        {
            var view = await _world.Get<FourWay>().Of(
                MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, next, default);
            Assert.True(view.Holds);
            return (
                Of(view, "Cleared, not paid by the bank yet")
                    + Of(view, "Cleared refunds, not deducted from a payout yet"),
                view.Bank.Minor, view.BeyondExpected.Minor);
        }
    }

    [Fact]
    public async Task Two_equal_entries_without_a_reference_are_two_and_the_file_again_is_none()
    {
        var file = Camt(Entry("75.00", Ours, "") + Entry("75.00", Ours, ""));

        Assert.Equal(2, (await Enter(Camt053.Read(file))).Matched);
        Assert.Equal(2, (await Enter(Camt053.Read(file))).Duplicate);
        Assert.Equal(15_000, (await View()).Bank.Minor);
    }

    [Fact]
    public async Task What_is_not_ours_or_names_nothing_known_is_listed_and_counts_nowhere()
    {
        var result = await Enter(Camt053.Read(Camt(
            Entry("99.00", "RENT NOVEMBER", "R1")
            + Entry("12.00", $"PAYOUT {MoneyWorld.Merchant}", "R2")
            + Entry("12.00", $"PAYOUT {MoneyWorld.Merchant} 2026-10-01", "R3")
            + Entry("oops", Ours, "R4")
            + Entry("1.00", Ours, "R5", status: "PDNG"))));

        Assert.Equal((0, 1, 2, 1), (result.Matched, result.NotOurs, result.Unmatched, result.Faulty));
        Assert.Contains(result.Lines, line => line.What == "'oops' is no amount of EUR.");
        Assert.Contains(result.Lines, line => line.What == "No payout is known of 2026-10-01 in EUR.");
        Assert.Equal(0, (await View()).Bank.Minor);
    }

    [Fact]
    public async Task An_entry_without_a_date_is_matched_by_its_amount_when_only_one_payout_waits_for_it()
    {
        var result = await Enter(Camt053.Read(Camt(
            Entry("150.00", $"SETTLEMENT {MoneyWorld.Merchant}", "R1"))));

        Assert.StartsWith("By its amount", Assert.Single(result.Lines).What, StringComparison.Ordinal);
        Assert.Equal(15_000, (await View()).Bank.Minor);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>")]
    [InlineData("<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>")]
    public void A_file_with_a_document_type_is_refused_with_its_line(string prologue)
    {
        var statement = Camt053.Read(Encoding.UTF8.GetBytes(prologue + "\n<Document>&x;</Document>"));

        Assert.Equal(1, statement.Refusal!.Line);
        Assert.Empty(statement.Entries);
    }

    [Fact]
    public void A_damaged_or_wrongly_encoded_file_counts_for_nothing_and_says_where()
    {
        var whole = Camt(Entry("150.00", Ours, "R1"));
        var cut = Camt053.Read(whole.AsMemory(0, whole.Length - 40));
        Assert.Empty(cut.Entries);
        Assert.Contains("damaged here", cut.Refusal!.What, StringComparison.Ordinal);

        var latin = Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(Camt(Entry("1.00", "Größe", "R1"))));
        Assert.NotNull(Camt053.Read(latin).Refusal);
        Assert.Equal(
            "This is no camt.053 document.", Camt053.Read("<html/>"u8.ToArray()).Refusal!.What);
    }

    [Fact]
    public async Task A_banks_own_csv_is_read_by_its_mapping_and_a_bad_line_is_named()
    {
        var mapping = Mapping("windows-1252");
        var file = CsvText(
            $"""
             Buchungstag;Betrag;Währung;Zweck
             21.11.2026;1.050,00;EUR;Miete
             21.11.2026;150,00;EUR;"AUSZAHLUNG {MoneyWorld.Merchant}
             20261120"
             gestern;1,00;EUR;{Ours}
             21.11.2026;1,00
             """);

        var result = await Enter(BankCsv.Read(file, mapping, "DE02"));

        Assert.Equal((1, 1, 2), (result.Matched, result.NotOurs, result.Faulty));
        Assert.Equal("'gestern' is no date as dd.MM.yyyy.", result.Lines.Single(line => line.Line == 5).What);
        Assert.Equal("It has 2 fields, not 4.", result.Lines.Single(line => line.Line == 6).What);
        Assert.Equal(1, BankCsv.Read(file, Mapping("utf-8"), "").Refusal!.Line);
    }

    [Fact]
    public async Task Fees_are_their_own_bucket_and_the_payout_is_what_remains()
    {
        await using var world = await MoneyWorld.Create();
        var table = new FeeTable(
            [new FeeLine(CloudPos.Cards.Scheme.Visa, "EUR", MoneyWorld.Date.AddDays(-9), 15_000, 5)]);
        Assert.Equal(200, (await FeeTest.Put(world, table)).Status);
        await world.CardSale("T1000001", 10_000, PaymentState.Approved);
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        var result = await world.Get<BankStatements>().Enter(
            MoneyWorld.Merchant, Camt053.Read(Camt(Entry("98.45", Ours, "R1"))), "Fay", default);

        Assert.Equal("2026-11-20 is paid.", Assert.Single(result.Lines).What);
        var view = await world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date, default);
        Assert.Equal((9_845, 155), (view.Bank.Minor, Of(view, "Kept by the acquirer as fees")));
        Assert.True(view.Holds);
    }

    private static CsvMapping Mapping(string encoding)
    {
        var query = new Dictionary<string, string>
        {
            ["date"] = "Buchungstag", ["amount"] = "Betrag", ["currency"] = "Währung", ["text"] = "Zweck",
            ["separator"] = ";", ["decimal"] = ",", ["dateFormat"] = "dd.MM.yyyy", ["encoding"] = encoding,
        };
        return CsvMapping.From(name => query.GetValueOrDefault(name), out _)!;
    }

    private static byte[] CsvText(string text) => Mapping("windows-1252").Encoding.GetBytes(text);

    private Task<StatementResult> Enter(BankStatement statement)
    {
        Assert.Null(statement.Refusal);
        return _world.Get<BankStatements>().Enter(MoneyWorld.Merchant, statement, "Fay", default);
    }

    private Task<FourWayView> View() => _world.Get<FourWay>().Of(
        MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date, default);

    private static long Of(FourWayView view, string bucket) =>
        view.Buckets.Single(one => one.Name == bucket).Amount.Minor;

    private static byte[] Camt(string entries) => Encoding.UTF8.GetBytes(
        $"""
         <?xml version="1.0" encoding="UTF-8"?>
         <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
         <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
         {entries}
         </Stmt></BkToCstmrStmt></Document>
         """);

    private static string Entry(string amount, string text, string reference, string status = "BOOK") =>
        $"""
         <Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts>
         <BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
         <NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>

         """;
}
