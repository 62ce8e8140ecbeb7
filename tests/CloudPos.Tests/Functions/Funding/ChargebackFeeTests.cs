using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>
/// What an acquirer charges on top of a chargeback has a place of its own: read from the statement where
/// text or figures are plain, else said by a person.
/// </summary>
public sealed class ChargebackFeeTests : IAsyncLifetime
{
    private const string Ours = $"PAYOUT {MoneyWorld.Merchant} 20261120";
    private const string Waiting = "Cleared, not paid by the bank yet";
    private const string Taken = "Charged back, taken from the payout of 2026-11-20, simulated";
    private const string Fees = "Fees for chargebacks, taken from the payout of 2026-11-20, simulated";
    private MoneyWorld _world = null!;
    private PaymentRow _paid = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        _paid = await _world.CardSale("T1000001", 10_000, PaymentState.Approved);
        await _world.CardSale("T2000001", 5_000, PaymentState.Approved);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("of another acquirer and scheme", null, "other", 10, 2_000)]
    [InlineData("its acquirer comes first", null, "simulated", 10, 1_500)]
    [InlineData("then its scheme", Scheme.Visa, "simulated", 10, 1_700)]
    [InlineData("a new price holds from its date", Scheme.Visa, "simulated", 20, 1_900)]
    [InlineData("before the first date nothing is known", Scheme.Visa, "simulated", -30, null)]
    public void The_fee_for_a_case_is_that_of_the_most_particular_line_that_has_begun(
        string why, Scheme? scheme, string acquirer, int days, int? minor)
    {
        var day = MoneyWorld.Date;
        var table = new FeeTable([])
        {
            Chargebacks =
            [
                new CaseFeeLine("EUR", day, 2_000),
                new CaseFeeLine("EUR", day, 1_500, Acquirer: "simulated"),
                new CaseFeeLine("EUR", day, 1_700, Scheme.Visa, "simulated"),
                new CaseFeeLine("EUR", day.AddDays(20), 1_900, Scheme.Visa, "simulated"),
                new CaseFeeLine("CHF", day, 9_900, Scheme.Visa, "simulated"),
            ],
        };

        var fee = table.OfCase(scheme, acquirer, MoneyWorld.Eur, day.AddDays(days));

        Assert.True(fee?.Minor == minor, why);
    }

    [Fact]
    public async Task A_table_with_two_fees_for_a_case_is_refused_with_the_line_and_an_older_one_is_read()
    {
        var line = new CaseFeeLine("EUR", MoneyWorld.Date, 1_500);
        var answer = await FeeTest.Put(
            _world, new FeeTable([]) { Chargebacks = [line, line with { FixedMinor = 5 }] });
        Assert.Equal(400, answer.Status);
        Assert.Contains(
            "chargebacks[1]", Encoding.UTF8.GetString(answer.Body.Span), StringComparison.Ordinal);

        var older = JsonSerializer.Deserialize("""{"lines":[]}""", FundingJson.Default.FeeTable)!;
        Assert.Equal(200, (await FeeTest.Put(_world, older)).Status);
        await ChargeBack("C-17", 4_000);
        Assert.Null(Assert.Single(await Cases()).AgreedFeeMinor);
    }

    [Theory]
    [InlineData("the figures are exact", Ours, "95.00", 4_000)]
    [InlineData("its text names the case", Ours + " LESS C-17", "95.00", 4_000)]
    [InlineData("the fee alone, and the case is still open", Ours + " FEE C-17", "135.00", 0)]
    public async Task A_payout_that_is_short_of_a_case_and_the_agreed_fee_says_so(
        string why, string text, string amount, long taken)
    {
        await Agree(1_500);
        await ChargeBack("C-17", 4_000);

        var line = await Enter(text, amount);
        Assert.EndsWith(
            "15.00 EUR of 2026-11-20 are a fee for chargeback C-17.", line.What, StringComparison.Ordinal);
        Assert.Equal(EntryResult.Duplicate, (await Enter(text, amount)).Result);

        Assert.True(await Holds() == (15_000 - taken - 1_500, 0, taken, 1_500), why);
        Assert.Equal(1_500, Assert.Single(Assert.Single(await Cases()).Fees).AmountMinor);
    }

    [Theory]
    [InlineData(Ours + " LESS C-17 AND FEE 15.00", "95.00")]
    [InlineData(Ours + " C-17, Gebühr: EUR 15,00", "95.00")]
    public async Task What_the_text_calls_a_fee_is_one_without_a_table(string text, string amount)
    {
        await ChargeBack("C-17", 4_000);
        await Enter(text, amount);
        Assert.Equal((9_500, 0, 4_000, 1_500), await Holds());
    }

    [Fact]
    public async Task What_nobody_agreed_to_and_no_text_says_stays_missing_until_a_person_says_it_once()
    {
        await ChargeBack("C-17", 4_000);
        await Enter(Ours + " LESS C-17 AND FEE 14.00", "95.00");
        Assert.Equal((9_500, 1_500, 4_000, 0), await Holds());

        Assert.Equal(409, (await Say("F-1", 1_501)).Status);
        Assert.Equal(409, (await Say("F-1", -1)).Status);
        Assert.Equal(404, (await Say("F-1", 1_500, MoneyWorld.Date.AddDays(1))).Status);
        Assert.Equal(400, (await Say("F-1", 0)).Status);
        Assert.Equal(200, (await Say("F-1", 1_500)).Status);
        Assert.Equal(200, (await Say("F-1", 1_500)).Status);
        Assert.Equal(409, (await Say("F-1", 1_400)).Status);
        Assert.Equal((9_500, 0, 4_000, 1_500), await Holds());

        Assert.Equal(200, (await Say("F-2", -1_500)).Status);
        Assert.Equal((9_500, 1_500, 4_000, 0), await Holds());
    }

    [Fact]
    public async Task Two_ways_to_explain_the_same_amount_are_left_to_a_person()
    {
        await Agree(1_500);
        await ChargeBack("C-17", 4_000);
        await ChargeBack("C-18", 2_500);

        // C-18 and its fee are 40.00, and so is C-17 without one.
        var line = await Enter(Ours, "110.00");

        Assert.Contains("40.00 EUR are missing. Charged back and not taken yet", line.What,
            StringComparison.Ordinal);
        Assert.Equal((11_000, 4_000, 0, 0), await Holds());
    }

    [Theory]
    [InlineData("CHARGEBACK {0} C-17", "55.00", 1_500, 4_000)]
    [InlineData("CHARGEBACK FEE {0} C-17", "15.00", 1_500, 0)]
    [InlineData("CHARGEBACK FEE {0} C-17", "12.00", 0, 0)]
    [InlineData("CHARGEBACK AND FEE {0} C-17", "52.00", 0, 4_000)]
    public async Task A_debit_of_its_own_is_read_as_case_and_fee(
        string text, string amount, long agreed, long taken)
    {
        if (agreed > 0)
            await Agree(agreed);
        await ChargeBack("C-17", 4_000);
        await Enter(Ours, "150.00");

        var minor = (long)(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture) * 100);
        var line = await Enter(string.Format(
            System.Globalization.CultureInfo.InvariantCulture, text, MoneyWorld.Merchant), amount, "DBIT");

        Assert.DoesNotContain("look at it", line.What, StringComparison.Ordinal);
        Assert.Equal((15_000 - minor, 0, taken, minor - taken), await Holds());
    }

    [Fact]
    public async Task A_fee_that_comes_back_with_a_case_that_is_won_goes_to_the_payout_that_lacked_it()
    {
        await Agree(1_500);
        await ChargeBack("C-17", 4_000);
        await Enter(Ours, "95.00");
        await Win("C-17", 4_000);

        Assert.Equal(
            "Chargeback C-17 gives 40.00 EUR back. The fee for chargeback C-17 comes back: 15.00 EUR.",
            (await Enter($"WON {MoneyWorld.Merchant} C-17", "55.00")).What);

        Assert.Equal((15_000, 0, 0, 0), await Holds());
        Assert.Equal(0, (await Cases())[0].FeeOwedMinor);
    }

    [Fact]
    public async Task The_ledger_books_it_on_an_account_of_its_own_and_report_and_list_name_it()
    {
        await Agree(1_500);
        await ChargeBack("C-17", 4_000);
        Assert.Contains("taken", await List(), StringComparison.Ordinal);
        await Enter(Ours + " LESS C-17", "110.00");
        Assert.Contains("The fee agreed for it, 15.00 EUR", await List(), StringComparison.Ordinal);
        await Enter($"CHARGEBACK FEE {MoneyWorld.Merchant} C-17", "15.00", "DBIT");
        Assert.DoesNotContain("next", await List(), StringComparison.Ordinal);

        var ledger = await _world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(60), default);
        Assert.Equal(1_500, Saldo(LedgerAccount.ChargebackFees));
        Assert.Equal(4_000, Saldo(LedgerAccount.ChargebackLosses));
        Assert.Equal(9_500, Saldo(LedgerAccount.Bank));
        Assert.Equal(0, Saldo(LedgerAccount.AcquirerReceivable));

        var version = new ReportVersion(1, MoneyWorld.Noon, [], FiguresOf.Facts(Assert.Single(
            await _world.Get<ReportReader>().Read(MoneyWorld.Merchant, MoneyWorld.Date, default))));
        Assert.Contains("- fee of the acquirer for it", ReportHtml.Of(version), StringComparison.Ordinal);
        Assert.Equal(5_500, Assert.Single(version.Figures.Chargebacks).Lost.Minor);
        Assert.Contains(
            "fee taken from the payout of 2026-11-20", Encoding.UTF8.GetString(ReportCsv.Of(version)),
            StringComparison.Ordinal);

        long Saldo(LedgerAccount account) => ledger.Lines.Where(line => line.Account == account)
            .Sum(line => line.Debit.Minor - line.Credit.Minor);
    }

    [Fact]
    public async Task Two_that_tell_the_same_fee_at_once_count_it_once()
    {
        await ChargeBack("C-17", 4_000);
        await Enter(Ours + " LESS C-17", "80.00");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Say("F-1", 1_500))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal((8_000, 1_500, 4_000, 1_500), await Holds());
    }

    private async Task<(long Paid, long Open, long Taken, long Fees)> Holds()
    {
        var view = await _world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(1), default);
        Assert.True(view.Holds);
        Assert.Equal(0, view.BeyondExpected.Minor);
        return (view.Bank.Minor, Of(Waiting), Of(Taken), Of(Fees));

        long Of(string name) => view.Buckets.SingleOrDefault(one => one.Name == name)?.Amount.Minor ?? 0;
    }

    private Task Agree(long minor) => FeeTest.Put(_world, new FeeTable([])
    {
        Chargebacks = [new CaseFeeLine("EUR", MoneyWorld.Date.AddDays(-9), minor, Acquirer: "simulated")],
    });

    private Task<IReadOnlyList<Chargeback>> Cases() =>
        _world.Get<Chargebacks>().All(MoneyWorld.Merchant, MoneyWorld.Eur, default);

    private async Task<string> List() => Encoding.UTF8.GetString(
        (await _world.Get<Chargebacks>().List(Call("", []), default)).Body.Span);

    private async Task<StatementLine> Enter(string text, string amount, string mark = "CRDT")
    {
        var statement = Camt053.Read(Encoding.UTF8.GetBytes(
            $"""
             <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
             <Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>BOOK</Sts>
             <BookgDt><Dt>2026-12-23</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf>
             </TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
             """));
        Assert.Null(statement.Refusal);
        return Assert.Single((await _world.Get<BankStatements>().Enter(
            MoneyWorld.Merchant, statement, "Fay", default)).Lines);
    }

    private async Task ChargeBack(string name, long minor) => Assert.Equal(200, (
        await _world.Get<Chargebacks>().Post(Call(name, new ChargebackBody(
            name, _paid.Terminal, minor, MoneyWorld.Date.AddDays(20), "fraud", $"{_paid.Payment}"),
            LedgerJson.Default.ChargebackBody), default)).Status);

    private async Task Win(string name, long minor) => Assert.Equal(200, (
        await _world.Get<Chargebacks>().Reverse(Call(
            name, new ReversalBody("L-1", ReversalKind.Won, minor, MoneyWorld.Date.AddDays(30), "proved"),
            LedgerJson.Default.ReversalBody), default)).Status);

    private Task<Answer> Say(string reference, long minor, DateOnly? date = null) =>
        _world.Get<CaseFees>().Post(Call("C-17", new CaseFeeBody(
            reference, date ?? MoneyWorld.Date, minor, "the acquirer's letter"),
            LedgerJson.Default.CaseFeeBody), default);

    private static Call Call<T>(string name, T body, JsonTypeInfo<T> type) =>
        Call(name, JsonSerializer.SerializeToUtf8Bytes(body, type));

    private static Call Call(string name, byte[] body) => new(
        new Dictionary<string, string>
        {
            ["merchant"] = MoneyWorld.Merchant, ["currency"] = "EUR", ["case"] = name,
        },
        new Dictionary<string, string>(), body)
    {
        Person = new Person("Fay", [Role.Finance]),
    };
}
