using System.Text.Json;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>
/// Chargebacks that the acquirer takes out of a payout, or by an entry of its own: the money that is missing
/// has a name, and the sum of the places proves itself.
/// </summary>
public sealed class ChargebackPayoutTests : IAsyncLifetime
{
    private const string Ours = $"PAYOUT {MoneyWorld.Merchant} 20261120";
    private const string Waiting = "Cleared, not paid by the bank yet";
    private const string Taken = "Charged back, taken from the payout of 2026-11-20, simulated";
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
    [InlineData(Ours, "110.00", 0, "2026-11-20 is paid.")]
    [InlineData(Ours + " LESS C-17", "95.00", 1_500, "2026-11-20 is paid in part: 15.00 EUR are missing.")]
    public async Task A_payout_that_is_short_by_a_chargeback_says_so_and_the_sum_holds(
        string text, string amount, long open, string told)
    {
        await ChargeBack("C-17", 4_000);

        var line = await Enter(text, amount);
        Assert.Equal($"{told} 40.00 EUR of 2026-11-20 were taken for chargeback C-17.", line.What);
        Assert.Equal(EntryResult.Duplicate, (await Enter(text, amount)).Result);

        await Holds((15_000 - 4_000 - open, open, 4_000));
        var known = Assert.Single(await Cases());
        Assert.Equal((0, 4_000), (known.OwedMinor, Assert.Single(known.Taken).AmountMinor));
        var html = await Report();
        Assert.Contains("40.00 of that of 2026-11-20, simulated", html, StringComparison.Ordinal);
        Assert.Contains("; 40.00 were kept for chargebacks.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_case_explains_is_missing_and_open_cases_are_told_and_a_person_may_say_which()
    {
        await ChargeBack("C-17", 4_000);

        Assert.Equal(
            "2026-11-20 is paid in part: 45.00 EUR are missing. Charged back and not taken yet: C-17 (40.00 "
            + "EUR). If one of them is why: POST .../C-17/taken with the settlement date; if it is a fee for "
            + "one: .../fees.",
            (await Enter(Ours, "105.00")).What);
        await Holds((10_500, 4_500, 0));

        Assert.Equal(409, (await Say("C-17", 4_001)).Status);
        Assert.Equal(404, (await Say("C-17", null, MoneyWorld.Date.AddDays(1))).Status);
        Assert.Equal(200, (await Say("C-17", null)).Status);
        Assert.Equal(409, (await Say("C-17", null)).Status);
        await Holds((10_500, 500, 4_000));
    }

    [Theory]
    [InlineData(4_000, "50.00", 0,
        "2026-11-22 is paid. 20.00 EUR of 2026-11-21 were taken for chargeback C-17. 20.00 EUR of 2026-11-22 "
        + "were taken for chargeback C-17.")]
    [InlineData(2_000, "70.00", 0,
        "2026-11-22 is paid. 20.00 EUR of 2026-11-21 were taken for chargeback C-17.")]
    [InlineData(1_900, "70.00", 2_000, "2026-11-22 is paid.")]
    [InlineData(2_000, "50.00", 2_000,
        "2026-11-22 is paid. 20.00 EUR of 2026-11-22 were taken for chargeback C-17.")]
    public async Task A_case_that_eats_a_whole_payout_is_told_by_the_next_one_where_the_figures_are_exact(
        long minor, string amount, long open, string told)
    {
        await _world.CardSale("T1000001", 2_000, PaymentState.Approved, date: MoneyWorld.Date.AddDays(1));
        await _world.CardSale("T1000001", 7_000, PaymentState.Approved, date: MoneyWorld.Date.AddDays(2));
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        await Enter(Ours, "150.00");
        await ChargeBack("C-17", minor);

        Assert.Equal(told, (await Enter($"PAYOUT {MoneyWorld.Merchant} 20261122", amount)).What);

        var view = await _world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(3), default);
        Assert.True(view.Holds);
        Assert.Equal(open, view.Buckets.Single(one => one.Name == Waiting).Amount.Minor);
    }

    [Fact]
    public async Task A_debit_of_its_own_takes_a_case_and_what_is_won_comes_back()
    {
        await ChargeBack("C-17", 4_000);
        await ChargeBack("C-1", 1_000);
        await Enter(Ours, "150.00");
        await Holds((15_000, 0, 0));

        Assert.Equal(
            "40.00 EUR of 2026-11-20 were taken for chargeback C-17.",
            (await Enter($"CHARGEBACK {MoneyWorld.Merchant} C-17", "40.00", "DBIT")).What);
        await Holds((11_000, 0, 4_000));

        await Win("C-17", 3_000);
        Assert.Equal(
            "Chargeback C-17 gives 30.00 EUR back.",
            (await Enter($"WON {MoneyWorld.Merchant} C-17", "30.00")).What);
        await Holds((14_000, 0, 1_000));
        var ledger = await _world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(60), default);
        Assert.Equal(14_000, ledger.Lines.Where(line => line.Account == LedgerAccount.Bank)
            .Sum(line => line.Debit.Minor - line.Credit.Minor));
    }

    [Fact]
    public async Task What_is_won_and_paid_with_another_payout_goes_to_the_payout_that_lacked_it()
    {
        await ChargeBack("C-17", 4_000);
        await Enter(Ours, "110.00");
        await Win("C-17", 4_000);
        await _world.CardSale("T1000001", 700, PaymentState.Approved, date: MoneyWorld.Date.AddDays(1));
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Equal(
            "2026-11-21 is paid. Chargeback C-17 gives 40.00 EUR back.",
            (await Enter($"PAYOUT {MoneyWorld.Merchant} 20261121", "47.00")).What);

        await Holds((15_700, 0, 0));
    }

    private async Task Holds((long Paid, long Open, long Taken) expected)
    {
        var view = await _world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(1), default);
        Assert.True(view.Holds);
        Assert.Equal(expected, (view.Bank.Minor, Of(Waiting), Of(Taken)));
        Assert.Equal(0, view.BeyondExpected.Minor);

        long Of(string name) => view.Buckets.SingleOrDefault(one => one.Name == name)?.Amount.Minor ?? 0;
    }

    private Task<IReadOnlyList<Chargeback>> Cases() =>
        _world.Get<Chargebacks>().All(MoneyWorld.Merchant, MoneyWorld.Eur, default);

    private async Task<string> Report() => ReportHtml.Of(new ReportVersion(
        1, MoneyWorld.Noon, [], FiguresOf.Facts(Assert.Single(
            await _world.Get<ReportReader>().Read(MoneyWorld.Merchant, MoneyWorld.Date, default)))));

    private async Task<StatementLine> Enter(string text, string amount, string mark = "CRDT")
    {
        var statement = Camt053.Read(System.Text.Encoding.UTF8.GetBytes(
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
        await _world.Get<Chargebacks>().Post(Call(name, JsonSerializer.SerializeToUtf8Bytes(
            new ChargebackBody(
                name, _paid.Terminal, minor, MoneyWorld.Date.AddDays(20), "fraud", $"{_paid.Payment}"),
            LedgerJson.Default.ChargebackBody)), default)).Status);

    private async Task Win(string name, long minor) => Assert.Equal(200, (
        await _world.Get<Chargebacks>().Reverse(Call(name, JsonSerializer.SerializeToUtf8Bytes(
            new ReversalBody("L-1", ReversalKind.Won, minor, MoneyWorld.Date.AddDays(30), "proved"),
            LedgerJson.Default.ReversalBody)), default)).Status);

    private Task<Answer> Say(string name, long? minor, DateOnly? date = null) =>
        _world.Get<TakenCases>().Post(Call(name, JsonSerializer.SerializeToUtf8Bytes(
            new TakenBody(date ?? MoneyWorld.Date, null, minor), LedgerJson.Default.TakenBody)), default);

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
