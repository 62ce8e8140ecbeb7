using System.Net;
using System.Text.Json;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Journals;
using CloudPos.Tests.Functions.Payments;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Hosting;

/// <summary>
/// Rule 11: a request that is caught and sent again changes nothing. A token holds for five minutes and no
/// list of used ones is kept, so each function that a terminal may call has to bear being called twice.
/// </summary>
public class ReplayTests
{
    /// <summary>What a terminal may change, and why a second call of the same changes nothing.</summary>
    private static readonly Dictionary<string, string> Borne = new()
    {
        ["journal-post"] = "numbers at or below the acknowledged one are ignored if their hash is the same",
        ["journal-gap"] = "a gap is named by its numbers, and named once",
        ["journal-damage"] = "a report is the whole state, and an older one does not replace a newer one",
        ["authorise"] = "one payment id is one payment: the second call gets the first answer",
        ["refunds"] = "one refund id reserves once; asking again does not make it last longer",
    };

    [Fact]
    public void Every_function_by_which_a_terminal_changes_something_is_known_to_bear_a_second_call()
    {
        var changing = BackOffice.Functions().All.OfType<HttpFunction>()
            .Where(function => function.Access is Access.ATerminal && function.Method != "GET")
            .Select(function => function.Name);

        Assert.Equal(Borne.Keys.Order(), changing.Order());
    }

    [Fact]
    public async Task The_same_segment_sent_ten_times_at_once_is_stored_and_applied_once()
    {
        await using var office = await TestBackOffice.WithStore();
        await office.Expect(office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock", """[{"sku":"A","quantity":20}]"""));
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 3)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => terminal.Uploaded(1, 1)));

        Assert.All(answers, answer => Assert.Equal((1, terminal.LastHash), (answer.Number, answer.Hash)));
        await TestBackOffice.Eventually(async () => await Level(office) == 17, "the sale is applied");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => terminal.Uploaded(1, 1)));
        Assert.Equal(17, await Level(office));
    }

    [Fact]
    public async Task A_payment_asked_for_again_is_neither_asked_nor_charged_twice()
    {
        await using var acquirer = new ScriptedAcquirer();
        await using var office = await TestBackOffice.WithStore(services =>
        {
            TestBackOffice.WithoutTriggers(services);
            PaymentsHttpTests.Connect(services, acquirer);
        });
        await PaymentWorld.Until(() => office.Services.GetRequiredService<AcquirerLink>().IsReady);
        var terminal = await office.Enrol();
        var sale = PaymentsHttpTests.Sale(terminal);
        var caught = CaughtRequest.Of(
            office, terminal, WireContract.AuthorisePath(sale.Payment), sale.Request,
            WireJson.Default.AuthoriseRequest);
        var first = await caught.Send();

        var answers = await caught.ChangesNothing();

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.All(answers, answer => Assert.Equal(first, answer));
        Assert.Equal((1234, 1), (acquirer.Ledger.ChargedMinor, Assert.Single(acquirer.Ledger.Lines).Times));
    }

    [Fact]
    public async Task A_refund_asked_for_again_is_reserved_once_and_no_longer()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        var sold = Sales.Cash(1, ("A", 3));
        terminal.Append(sold);
        await terminal.Uploaded();
        await Apply(office);
        var refund = new SaleRefunded(
            Id.New(), sold.Sale, terminal.Terminal, sold.ReceiptNumber, "Kim", null, "damaged", [], [],
            Sales.Eur(200), [new RefundTender(TenderKind.Cash, Sales.Eur(200))], true);
        var caught = CaughtRequest.Of(
            office, terminal, WireContract.RefundsPath, new RefundRequest(refund),
            WireJson.Default.RefundRequest);
        Assert.True(Reserved(await caught.Send()));

        var answers = await caught.ChangesNothing();

        Assert.All(answers, answer => Assert.True(Reserved(answer)));
        var other = CaughtRequest.Of(
            office, terminal, WireContract.RefundsPath, new RefundRequest(refund with { Refund = Id.New() }),
            WireJson.Default.RefundRequest);
        Assert.False(Reserved(await other.Send()));
    }

    [Fact]
    public async Task A_gap_told_again_when_its_journal_has_gone_on_moves_nothing_back()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        for (var receipt = 1; receipt <= 5; receipt++)
            terminal.Append(Sales.Cash(receipt, ("A", 1)));
        using var upload = await terminal.Upload(1, 4);
        var acknowledgement = await upload.Content.ReadAsStringAsync();
        await Apply(office);
        await RestoredOffice.To(office, terminal.Journal, 2, terminal.Entries[1].Hash);
        var caught = CaughtRequest.Of(
            office, terminal, WireContract.GapPath(terminal.Journal),
            new PrunedGap(3, 4, terminal.Entries[3].Hash, acknowledgement), WireJson.Default.PrunedGap);
        Assert.Equal(HttpStatusCode.OK, (await caught.Send()).Status);
        await terminal.Uploaded(5);

        var answers = await caught.ChangesNothing();

        Assert.All(answers, answer => Assert.Equal(5, terminal.Read(answer.Text).Number));
    }

    [Fact]
    public async Task A_report_of_damage_sent_again_does_not_take_back_what_was_found_since()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 1)));
        await terminal.Uploaded();
        var first = Damage("Entry 2 is missing.");
        Assert.Equal(HttpStatusCode.OK, (await first.Send()).Status);
        Assert.All(await first.ChangesNothing(), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(HttpStatusCode.OK, (await Damage("Entry 2 is missing.", "So is 3.").Send()).Status);

        var answers = await first.ChangesNothing();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));

        CaughtRequest Damage(params IReadOnlyList<string> findings) => CaughtRequest.Of(
            office, terminal, WireContract.DamagePath(terminal.Journal), new DamageReport(3, findings),
            WireJson.Default.DamageReport);
    }

    private static bool Reserved((HttpStatusCode Status, string Text) answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonSerializer.Deserialize(answer.Text, WireJson.Default.RefundAnswer)!.Reserved;
    }

    /// <summary>Runs what the uploads owe, as its doorbell would.</summary>
    private static async Task Apply(TestBackOffice office)
    {
        var due = office.Services.GetRequiredService<DueTable>();
        var apply = office.Services.GetRequiredService<ApplyJournal>();
        await foreach (var row in due.Sweep(office.Time.GetUtcNow(), TimeSpan.Zero, 100))
            if (row.Kind == ApplyOwed.Kind)
                await apply.Run(row.Doorbell, default);
    }

    private static async Task<long> Level(TestBackOffice office)
    {
        var levels = await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"));
        return levels.EnumerateArray().Single(level => level.GetProperty("sku").GetString() == "A")
            .GetProperty("quantity").GetInt64();
    }
}
