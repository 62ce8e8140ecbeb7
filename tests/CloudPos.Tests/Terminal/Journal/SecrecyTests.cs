using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>
/// Looks at the raw bytes of all files of the folder, WAL included, as a thief of the disk would.
/// </summary>
public class SecrecyTests
{
    [Theory]
    [InlineData(PaymentState.Approved)]
    [InlineData(PaymentState.Declined)]
    [InlineData(PaymentState.Expired)]
    [InlineData(PaymentState.Voided)]
    [InlineData(PaymentState.Reversed)]
    [InlineData(PaymentState.Abandoned)]
    public void The_sealed_card_is_gone_from_all_files_after_the_outcome(PaymentState state)
    {
        using var till = new TestTill();
        var (payment, _, _) = till.SellDeferred();
        var record = Assert.Single(SealedRecords(till));
        Assert.True(till.AnyFileContains(record));

        Assert.True(till.Feed("1", TestTill.Outcome(payment, state)).IsStored);

        Assert.Empty(SealedRecords(till));
        Assert.False(till.AnyFileContains(record.AsSpan(0, 32)));
        Assert.False(till.AnyFileContains(record.AsSpan(record.Length - 32)));
    }

    [Theory]
    [InlineData(PaymentState.Pending)]
    [InlineData(PaymentState.Asked)]
    public void The_sealed_card_stays_while_the_payment_has_no_outcome(PaymentState state)
    {
        using var till = new TestTill();
        var (payment, _, _) = till.SellDeferred();

        till.Feed("1", TestTill.Outcome(payment, state));

        Assert.Single(SealedRecords(till));
    }

    [Fact]
    public void The_sealed_card_of_a_sale_approved_online_goes_with_the_next_contact()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        var record = Assert.Single(SealedRecords(till));
        till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online));
        Assert.Empty(SealedRecords(till));

        till.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(till.Acknowledge(1).IsApplied);

        Assert.False(till.AnyFileContains(record.AsSpan(0, 32)));
    }

    [Fact]
    public void The_sealed_card_of_a_declined_payment_is_deleted()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);

        till.Store.FailPayment(Failed(attempt, "05"));

        Assert.Empty(SealedRecords(till));
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public void The_sealed_card_of_an_abandoned_attempt_stays_if_it_may_have_been_asked(
        bool online, bool acknowledged, int left)
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online);
        till.Store.RecordAttempt(attempt);
        if (acknowledged)
            till.Acknowledge(2);

        till.Store.AbandonPayment(attempt.Body.Payment, "customer left");

        Assert.Equal(left, SealedRecords(till).Count);
        till.Feed("1", TestTill.Outcome(attempt.Body.Payment, PaymentState.Abandoned));
        Assert.Empty(SealedRecords(till));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void The_sealed_card_of_a_voided_sale_stays_if_it_may_have_been_asked(bool acknowledged, int left)
    {
        using var till = new TestTill();
        var (payment, sale, _) = till.SellDeferred();
        if (acknowledged)
            till.Acknowledge(3);

        till.Store.VoidSale(sale, "anna", "mistake");

        Assert.Equal(left, SealedRecords(till).Count);
        till.Feed("1", TestTill.Outcome(payment, PaymentState.Voided));
        Assert.Empty(SealedRecords(till));
    }

    [Fact]
    public void No_mail_address_cashier_or_line_of_a_sale_is_readable_on_the_disk()
    {
        using var till = new TestTill();
        var contact = new Contact("jane.doe@example.org", "+49 30 1234567");
        Assert.True(till.SellCash(sku: "pineapple-77", contact: contact).IsStored);
        var shipped = till.Store.ReadUnacknowledged().Segment!.Entries[1];
        Assert.Contains("jane.doe@example.org", System.Text.Encoding.UTF8.GetString(
            Assert.Single(shipped.Attachments).Content.Span));

        foreach (var text in new[] { "jane.doe", "example.org", "1234567", "anna" })
            Assert.False(till.AnyFileContains(text), text);
        till.Close();
        foreach (var text in new[] { "jane.doe", "example.org", "1234567", "anna" })
            Assert.False(till.AnyFileContains(text), text);
    }

    [Fact]
    public void The_contact_goes_when_the_back_office_has_taken_it_over()
    {
        using var till = new TestTill();
        till.SellCash(contact: new Contact("jane.doe@example.org", null));
        var record = Assert.Single(Records(till, AttachmentKind.Contact));

        till.Acknowledge(1);
        Assert.Single(Records(till, AttachmentKind.Contact));
        till.Acknowledge(2);

        Assert.Empty(Records(till, AttachmentKind.Contact));
        Assert.False(till.AnyFileContains(record.AsSpan(0, 32)));
        Assert.True(till.Store.Verify().IsSound);
    }

    private static PaymentFailed Failed(AttemptDraft attempt, string? code) => new(
        attempt.Body.Payment, attempt.Body.Sale, attempt.Body.Amount, attempt.Body.Card, code, null);

    internal static List<byte[]> SealedRecords(TestTill till) => Records(till, AttachmentKind.SealedCard);

    private static List<byte[]> Records(TestTill till, AttachmentKind kind) => StoreDatabase.Records(
        till.Store, $"SELECT sealed FROM attachment WHERE kind = {(int)kind}");
}
