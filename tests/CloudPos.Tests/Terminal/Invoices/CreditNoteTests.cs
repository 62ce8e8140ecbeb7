using System.Text;
using CloudPos.Tests.Terminal.Cli;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Invoices;

/// <summary>What becomes of an invoice when a part of its sale comes back, and copies of it.</summary>
public sealed class CreditNoteTests : IDisposable
{
    private const string First = "TERM0001-1-R000001";
    private const string Second = "TERM0001-1-R000002";
    private readonly TestCli _cli = new();

    [Fact]
    public async Task A_refund_of_a_part_gets_a_credit_note_with_the_next_number_that_names_the_invoice()
    {
        await Sell();
        await Issue();

        await Refund("--line", "TEAx1");

        var note = await _cli.Run("invoice", "show", "--invoice", Second);
        Assert.Contains("CREDIT NOTE", note.Output);
        Assert.Contains($"reduces invoice {First}", note.Output);
        Assert.Contains("Muster GmbH", note.Output);
        Assert.Contains("1 x Green tea", note.Output);
        Assert.Contains("-3.49", note.Output);
        Assert.DoesNotContain("Mug", note.Output);
        Assert.Contains("Given back: Cash", note.Output);
        Assert.True(_cli.Peek(store => store.Verify()).IsSound);
    }

    [Fact]
    public async Task Invoice_and_credit_notes_add_up_to_what_the_customer_has_paid()
    {
        await Sell();
        await Issue();
        await Refund("--line", "TEAx1");
        await Refund("--amount", "1.00");
        await Refund("--amount", "22.48");

        var figures = _cli.Peek(store => store.Invoices().Select(row =>
            CloudPos.Terminal.Invoices.InvoicePaper.Of(store, row.InvoiceNumber)!).ToList());

        Assert.Equal(4, figures.Count);
        Assert.Equal(0, figures.Sum(one => one.Total.Minor));
        Assert.Equal(0, figures.SelectMany(one => one.Taxes).Sum(tax => tax.Tax.Minor));
        Assert.All(figures, one => Assert.Equal(one.Total.Minor, one.Taxes.Sum(tax => tax.Gross.Minor)));
        Assert.All(figures, one => Assert.Equal(one.Total.Minor, one.Lines.Sum(line => line.Total.Minor)));
    }

    [Fact]
    public async Task Without_an_invoice_a_refund_takes_no_number()
    {
        await Sell();

        await Refund("--line", "TEAx1");

        Assert.Empty(_cli.Peek(store => store.Invoices()));
    }

    [Fact]
    public async Task An_invoice_that_is_asked_for_after_a_refund_comes_with_its_credit_note()
    {
        await Sell();
        await Refund("--line", "TEAx1");

        var issued = await Issue();

        Assert.Contains(First, issued.Output);
        Assert.Contains("6.98", issued.Output);
        var note = await _cli.Run("invoice", "show", "--invoice", Second);
        Assert.Contains($"reduces invoice {First}", note.Output);
    }

    [Fact]
    public async Task Cancelling_an_invoice_cancels_its_credit_notes_and_all_together_come_to_nothing()
    {
        await Sell();
        await Issue();
        await Refund("--line", "TEAx1");

        var cancelled = await _cli.Run("invoice", "cancel", "--invoice", First);

        Assert.Equal((0, ""), (cancelled.Code, cancelled.Errors));
        Assert.Contains($"cancels invoice {First}", cancelled.Output);
        Assert.Equal(0, _cli.Peek(store => store.Invoices().Sum(row =>
            CloudPos.Terminal.Invoices.InvoicePaper.Of(store, row.InvoiceNumber)!.Total.Minor)));
        Assert.Contains(First, (await Issue()).Output.Replace("R000005", "R000001"));
    }

    [Fact]
    public async Task A_copy_is_marked_and_counted_on_paper_and_in_both_files()
    {
        await Sell();
        await Issue();
        await _cli.Run("invoice", "copy", "--invoice", First);
        var (pdf, html) = (Path.Combine(_cli.Data, "c.pdf"), Path.Combine(_cli.Data, "c.html"));

        var copy = await _cli.Run(
            "invoice", "copy", "--invoice", First, "--pdf", pdf, "--html", html);

        Assert.Contains("*** COPY 2 ***", copy.Output);
        Assert.Contains("*** COPY 2 ***", await File.ReadAllTextAsync(html));
        Assert.Contains("*** COPY 2 ***", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(pdf)));
        Assert.DoesNotContain("COPY", (await _cli.Run("invoice", "show", "--invoice", First)).Output);
        Assert.Equal(2, (await _cli.Run("invoice", "copy", "--invoice", "TERM0001-1-R000009")).Code);
    }

    [Fact]
    public async Task Who_is_forgotten_is_in_no_file_of_the_terminal_any_more_and_the_figures_stay()
    {
        await Sell();
        await Issue("--email", "buyer@example.com");
        await Refund("--line", "TEAx1");
        var records = Beside();

        var forgotten = await _cli.Run("invoice", "forget", "--invoice", First);

        Assert.Equal((0, ""), (forgotten.Code, forgotten.Errors));
        var shown = await _cli.Run("invoice", "show", "--invoice", First);
        Assert.DoesNotContain("Muster", shown.Output);
        Assert.Contains("26.97", shown.Output);
        Assert.DoesNotContain("Muster", (await _cli.Run("invoice", "show", "--invoice", Second)).Output);
        Assert.Equal(3, records.Count);
        Assert.Empty(Beside());
        Assert.All(records, record => Assert.False(_cli.Shop.Till.AnyFileContains(record)));
        Assert.True(_cli.Peek(store => store.Verify()).IsSound);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a@b@c")]
    [InlineData("a b@example.com")]
    [InlineData("a@example.com\nBcc: b@example.com")]
    public async Task What_is_no_address_mails_nothing_and_takes_no_number(string address)
    {
        await Sell();

        var refused = await Issue("--email", address);

        Assert.Equal(2, refused.Code);
        Assert.Empty(_cli.Peek(store => store.Invoices()));
    }

    public void Dispose() => _cli.Dispose();

    /// <summary>The encrypted records of personal data, as they lie in the terminal's file.</summary>
    private List<byte[]> Beside()
    {
        using var connection = new SqliteConnection(
            $"Data Source={_cli.Shop.Till.PathOf("journal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sealed FROM attachment";
        using var rows = command.ExecuteReader();
        var found = new List<byte[]>();
        while (rows.Read())
            found.Add((byte[])rows.GetValue(0));
        return found;
    }

    private Task<CliRun> Sell() => _cli.Run("sale", "--line", "TEAx2", "MUG", "--pay", "cash:30.00");

    private async Task Refund(params string[] what)
    {
        _cli.Peek(store => store.ApplyFeedPage(new CloudPos.Wire.FeedPage("refunds", false,
        [
            new CloudPos.Wire.FeedRow(Policy: CloudPos.Tests.Terminal.Checkout.TestShop.Policy with
            {
                Version = 50,
                OfflineRefundsUpTo = [CloudPos.Tests.Terminal.Checkout.TestShop.Euro(100_00)],
            }),
        ])));
        var run = await _cli.Run(["refund", "--receipt", "1", "--reason", "damaged", .. what]);
        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    private Task<CliRun> Issue(params string[] more) => _cli.Run(
    [
        "invoice", "issue", "--receipt", "1", "--name", "Muster GmbH", "--address", "Hauptstr. 1",
        "10115 Berlin", .. more,
    ]);
}
