using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

public class EnrolmentTests
{
    [Fact]
    public void Enrolling_opens_the_epoch_with_its_first_entry()
    {
        using var till = new TestTill(enrol: false);
        using var key = till.Store.PrepareDeviceKey();

        var outcome = till.Enrol();

        Assert.Equal(WriteStatus.Stored, outcome.Status);
        var body = Assert.IsType<EpochOpened>(till.Reopen().FindEntry(1)!.Entry!.Body);
        Assert.Equal(key.Thumbprint, body.KeyThumbprint);
        Assert.Equal(key.Thumbprint, till.Store.DeviceKey!.Thumbprint);
        Assert.Equal(TestTill.Journal, till.Store.Enrolment!.Journal);
        Assert.Equal(["1 High Street", "Anytown"], till.Store.Enrolment.StoreAddress);
        Assert.Equal(TestTill.Start, till.Store.Acknowledged.At);
        Assert.Equal(0, till.Store.OfflineSeconds);
    }

    [Fact]
    public void An_enrolment_whose_answer_was_lost_is_repeated_with_the_same_key()
    {
        using var till = new TestTill(enrol: false);
        using var first = till.Store.PrepareDeviceKey();

        using var second = till.Reopen().PrepareDeviceKey();

        Assert.Equal(first.Thumbprint, second.Thumbprint);
    }

    [Fact]
    public void The_next_epoch_begins_at_one_with_a_new_key_and_receipt_numbers_of_its_own()
    {
        using var till = new TestTill();
        till.SellCash();
        var old = till.Store.DeviceKey!.Thumbprint;
        till.SellDeferred(700);
        till.Acknowledge(4);

        Assert.True(till.Enrol(epoch: 2).IsStored);

        Assert.Equal(1, till.Reopen().LastNumber);
        Assert.NotEqual(old, till.Store.DeviceKey!.Thumbprint);
        Assert.Equal("TERM0001-2-000001", ((SaleCompleted)till.SellCash().Entry!.Body).ReceiptNumber);
        Assert.Equal(new Exposure(TestTill.Euro(700), 1), till.Store.Exposure(TestTill.Eur));
        Assert.Equal(0, till.Store.Acknowledged.Number);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void No_epoch_is_left_behind_with_entries_that_nobody_has_taken_over()
    {
        using var till = new TestTill();
        till.SellCash();
        till.Acknowledge(1);

        Assert.Equal(WriteStatus.EpochNotFinished, till.Enrol(epoch: 2).Status);

        till.Clock.Advance(TimeSpan.FromSeconds(1));
        till.Acknowledge(2);
        Assert.Equal(WriteStatus.Stored, till.Enrol(epoch: 2).Status);
    }

    [Theory]
    [InlineData("TERM0001", 1)]
    [InlineData("TERM0002", 2)]
    public void A_folder_stays_with_its_terminal_and_epochs_rise(string terminal, int epoch)
    {
        using var till = new TestTill();
        till.Acknowledge(1);
        using var key = till.Store.PrepareDeviceKey();
        var answer = till.BackOffice.Enrol(new JournalId(terminal, epoch), TestTill.Start);

        Assert.Equal(
            WriteStatus.EnrolmentRefused, till.Store.Enrol(TestBackOffice.Address, answer, "test").Status);
    }

    [Fact]
    public void An_answer_whose_keys_another_root_signed_is_refused()
    {
        using var till = new TestTill(enrol: false);
        using var stranger = new TestBackOffice();
        using var key = till.Store.PrepareDeviceKey();
        var answer = till.BackOffice.Enrol(TestTill.Journal, TestTill.Start);

        var outcome = till.Store.Enrol(
            TestBackOffice.Address, answer with { Keys = stranger.SignKeys(1) }, "test");

        Assert.Equal(WriteStatus.EnrolmentRefused, outcome.Status);
        Assert.Null(till.Store.Enrolment);
    }

    [Theory]
    [InlineData("term0001", "MERCHANT0000001", "store-1")]
    [InlineData("TERM001", "MERCHANT0000001", "store-1")]
    [InlineData("TERM0001", "MERCHANT", "store-1")]
    [InlineData("TERM0001", "MERCHANT0000001", "Store 1")]
    public void Names_that_no_message_could_carry_are_refused(string terminal, string merchant, string store)
    {
        using var till = new TestTill(enrol: false);
        using var key = till.Store.PrepareDeviceKey();
        var answer = till.BackOffice.Enrol(new JournalId(terminal, 1), TestTill.Start);

        var outcome = till.Store.Enrol(
            TestBackOffice.Address, answer with { Merchant = merchant, Store = store }, "test");

        Assert.Equal(WriteStatus.EnrolmentRefused, outcome.Status);
    }
}
