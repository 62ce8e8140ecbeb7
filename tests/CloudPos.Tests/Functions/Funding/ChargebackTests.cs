using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

public sealed class ChargebackTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;
    private PaymentRow _paid = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        _paid = await _world.CardSale("T1000001", 5_000, PaymentState.Approved);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_case_told_again_is_the_same_case_and_told_otherwise_is_refused()
    {
        Assert.Equal(200, (await Post("C-1", 2_000)).Status);
        Assert.Equal(200, (await Post("C-1", 2_000)).Status);
        var other = await Post("C-1", 2_001);
        Assert.Equal(409, other.Status);
        Assert.Contains("amountMinor", Text(other), StringComparison.Ordinal);
        Assert.Single(await _world.Get<Chargebacks>().All(MoneyWorld.Merchant, MoneyWorld.Eur, default));
    }

    [Fact]
    public async Task No_more_is_charged_back_than_was_paid()
    {
        Assert.Equal(200, (await Post("C-1", 3_000)).Status);
        Assert.Equal(409, (await Post("C-2", 2_001)).Status);
        Assert.Equal(200, (await Post("C-3", 2_000)).Status);
        Assert.Equal(400, (await Post("C-4", 5_001)).Status);
    }

    [Fact]
    public async Task What_was_given_back_cannot_be_charged_back_unless_the_refund_was_declined()
    {
        await Refund(1_500, PaymentState.Approved);
        await Refund(1_000, PaymentState.Declined);

        var more = await Post("C-1", 3_501);
        Assert.Equal(409, more.Status);
        Assert.Contains("35.00 EUR", Text(more), StringComparison.Ordinal);
        Assert.Equal(200, (await Post("C-1", 3_500)).Status);

        async Task Refund(long minor, PaymentState state)
        {
            var (id, part) = (Id.New(), new Money(minor, MoneyWorld.Eur));
            await _world.Refund(
                _paid.Facts!.Sale, _paid.Terminal, MoneyWorld.Date,
                new RefundTender(TenderKind.Card, part, _paid.Payment, id));
            await _world.CardRefund(_paid, minor, state, refund: id);
        }
    }

    [Fact]
    public async Task What_comes_back_is_a_fact_of_its_own_and_frees_what_may_be_charged_back()
    {
        await Post("C-1", 5_000);
        Assert.Equal(409, (await Post("C-2", 1)).Status);

        Assert.Equal(200, (await Reverse("C-1", "L-1", 2_000, ReversalKind.Won)).Status);
        Assert.Equal(200, (await Reverse("C-1", "L-1", 2_000, ReversalKind.Won)).Status);
        Assert.Equal(409, (await Reverse("C-1", "L-1", 1_999, ReversalKind.Won)).Status);
        Assert.Equal(409, (await Reverse("C-1", "L-2", 3_001, ReversalKind.Withdrawn)).Status);
        Assert.Equal(404, (await Reverse("C-9", "L-2", 1, ReversalKind.Withdrawn)).Status);
        Assert.Equal(400, (await Reverse("C-1", "L-2", 0, ReversalKind.Withdrawn)).Status);

        var known = Assert.Single(await All());
        Assert.Equal((5_000, 2_000), (known.AmountMinor, known.ReversedMinor));
        Assert.Equal(409, (await Post("C-2", 2_001)).Status);
        Assert.Equal(200, (await Post("C-2", 2_000)).Status);
    }

    [Fact]
    public async Task Of_many_reversals_at_once_no_more_comes_back_than_went()
    {
        await Post("C-1", 5_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            Task.Run(() => Deliveries.UntilDone(() =>
                Reverse("C-1", $"L-{number}", 1_000, ReversalKind.Corrected)))));

        Assert.Equal(5, answers.Count(answer => answer.Status == 200));
        Assert.Equal(5_000, Assert.Single(await All()).ReversedMinor);
    }

    [Fact]
    public async Task Ledger_and_report_tell_of_both_and_the_new_version_names_what_came_back()
    {
        var reports = _world.Get<ReportVersions>();
        await Post("C-1", 5_000);
        await reports.Begin(MoneyWorld.Merchant, MoneyWorld.Date, default);

        await Reverse("C-1", "L-1", 2_000, ReversalKind.Won);
        Assert.Equal([ReportOwed.Queue, TellRefund.Work], (await Owed()).Order());
        await reports.Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);

        var report = (await reports.Find(
            MoneyWorld.Merchant, MoneyWorld.Date, MoneyWorld.Eur, null, default))!;
        Assert.Equal(2, report.Version);
        Assert.Equal(
            "Chargeback, C-1, won L-1: new, 20.00 EUR, received 2026-12-30: their letter",
            Assert.Single(report.Changes));
        var known = Assert.Single(report.Figures.Chargebacks);
        Assert.Equal((5_000, 3_000), (known.Amount.Minor, known.Left.Minor));
        var html = ReportHtml.Of(report);
        Assert.All(
            ["Charged back: 1 payment, 30.00 EUR.", "- won, L-1", "-20.00"],
            words => Assert.Contains(words, html, StringComparison.Ordinal));
        var ledger = await _world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(60), default);
        Assert.Equal(
            [("CHARGEBACK C-1", 5_000, 0), ("CHARGEBACK C-1 Won L-1", 0, 2_000)],
            ledger.Lines.Where(line => line.Account == LedgerAccount.ChargebackLosses)
                .Select(line => (line.Document, line.Debit.Minor, line.Credit.Minor)));

        async Task<List<string>> Owed()
        {
            var owed = new List<string>();
            await foreach (var row in _world.Get<DueTable>().Sweep(
                _world.Time.GetUtcNow().AddHours(1), TimeSpan.Zero, 100))
                owed.Add(row.Kind);
            return owed;
        }
    }

    [Fact]
    public async Task The_evidence_holds_receipt_entry_decision_and_acknowledgement_and_no_card_number()
    {
        await Post("C-1", 2_000);

        var pack = await _world.Get<EvidencePack>().Get(
            Call(new() { ["case"] = "C-1" }, []), default);

        Assert.Equal(200, pack.Status);
        using var zip = new ZipArchive(new MemoryStream(pack.Body.ToArray()));
        Assert.Equal(
            ["acknowledgement.jws", "entry.bin", "evidence.html", "evidence.json", "receipt.html"],
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(zip.GetEntry("evidence.json")!.Open());
        Assert.Equal("4242", json.RootElement.GetProperty("lastFour").GetString());
        using var entry = new MemoryStream();
        await zip.GetEntry("entry.bin")!.Open().CopyToAsync(entry, TestContext.Current.CancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(
            [.. Encoding.ASCII.GetBytes("cloudpos/entry/1\0"), .. entry.ToArray()]));
        Assert.Equal(hash, json.RootElement.GetProperty("entryHash").GetString());
        var signed = json.RootElement.GetProperty("acknowledgement").GetString()!;
        using var told = JsonDocument.Parse(Base64Url.DecodeFromChars(signed.Split('.')[1]));
        Assert.Equal(
            (hash, json.RootElement.GetProperty("entryNumber").GetInt64()),
            (told.RootElement.GetProperty("hash").GetString(),
                told.RootElement.GetProperty("number").GetInt64()));
        using var page = new StreamReader(zip.GetEntry("evidence.html")!.Open());
        Assert.Contains(
            "Evidence for case C-1", await page.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private Task<Answer> Post(string name, long minor) => _world.Get<Chargebacks>().Post(
        Call([], JsonSerializer.SerializeToUtf8Bytes(
            new ChargebackBody(
                name, _paid.Terminal, minor, MoneyWorld.Date.AddDays(30), "10.4 fraud",
                _paid.Payment.ToString()),
            LedgerJson.Default.ChargebackBody)), default);

    private Task<Answer> Reverse(string name, string reference, long minor, ReversalKind kind) =>
        _world.Get<Chargebacks>().Reverse(
            Call(
                new() { ["case"] = name },
                JsonSerializer.SerializeToUtf8Bytes(
                    new ReversalBody(
                        reference, kind, minor, MoneyWorld.Date.AddDays(40), "their letter"),
                    LedgerJson.Default.ReversalBody)), default);

    private Task<IReadOnlyList<Chargeback>> All() =>
        _world.Get<Chargebacks>().All(MoneyWorld.Merchant, MoneyWorld.Eur, default);

    private static Call Call(Dictionary<string, string> route, byte[] body) => new(
        new Dictionary<string, string>(route) { ["merchant"] = MoneyWorld.Merchant, ["currency"] = "EUR" },
        new Dictionary<string, string>(), body)
    {
        Person = new Person("Fay", [Role.Finance]),
    };

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
