using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class ForwardingTests
{
    [Fact]
    public void Forwarding_goes_on_where_the_acknowledgement_stands_also_after_a_restart()
    {
        using var till = new TestTill();
        for (var sale = 0; sale < 5; sale++)
            till.SellCash();
        Assert.Equal((1, 3), Run(till, maxEntries: 3));

        Assert.Equal(AcknowledgementStatus.Applied, till.Acknowledge(3).Status);
        Assert.Equal((4, 3), Run(till));
        till.Reopen();
        Assert.Equal((4, 3), Run(till));
        Assert.Equal(till.HashAt(3), till.Store.ReadUnacknowledged().Segment!.Previous);

        till.Acknowledge(6);
        var nothing = till.Store.ReadUnacknowledged();
        Assert.Null(nothing.Segment);
        Assert.Equal(0, nothing.Entries);
    }

    [Fact]
    public void Reading_removes_nothing()
    {
        using var till = new TestTill();
        till.SellDeferred();

        Assert.Equal(Run(till), Run(till));
        Assert.Equal(3, till.Store.ReadUnacknowledged().Entries);
    }

    [Fact]
    public void A_segment_carries_the_entries_as_they_were_written_with_the_sealed_card_and_verifies()
    {
        using var till = new TestTill();
        var envelope = new byte[300];
        envelope[0] = 7;
        var attempt = till.Attempt(500, online: false, envelope: envelope);
        till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Deferred), attempt);

        var bytes = till.Store.ReadUnacknowledged().Segment!.Write(till.Store.DeviceKey!);

        Assert.True(
            Segment.TryRead(bytes, till.Store.DeviceKey!.PublicKey, out var segment, out var fault), fault);
        Assert.Equal(TestTill.Journal, segment!.Journal);
        Assert.Equal(
            till.Store.Entries().Select(line => line.Entry!.Hash),
            segment.Entries.Select(entry => EntryHash.Of(entry.Bytes.Span)));
        var sealedCard = Assert.Single(segment.Entries[1].Attachments);
        Assert.Equal(envelope, sealedCard.Content.ToArray());
        Assert.Equal(attempt.Body.SealedDigest, sealedCard.Digest);
    }

    [Fact]
    public void A_segment_keeps_its_bound_in_bytes_but_always_has_one_entry()
    {
        using var till = new TestTill();
        for (var sale = 0; sale < 20; sale++)
            till.SellDeferred();

        var some = till.Store.ReadUnacknowledged(maxBytes: 5_000).Segment!;
        Assert.InRange(some.Entries.Count, 2, 20);
        Assert.True(some.Write(till.Store.DeviceKey!).Length <= 5_000);
        Assert.Single(till.Store.ReadUnacknowledged(maxBytes: 1).Segment!.Entries);
    }

    [Fact]
    public void An_acknowledgement_with_another_hash_is_refused_and_stops_offline_approvals()
    {
        using var till = new TestTill();
        till.SellCash();
        var other = till.BackOffice.Acknowledge(
            TestTill.Journal, 2, EntryHash.Of("another entry"u8), TestTill.Start.AddMinutes(1));

        var outcome = till.Store.ApplyAcknowledgement(other);
        Assert.Equal(AcknowledgementStatus.HashDiffers, outcome.Status);
        Assert.Contains("'enrol --data NEWFOLDER'", outcome.Sentence);

        Assert.Equal(0, till.Store.Acknowledged.Number);
        Assert.Equal(TerminalStanding.Quarantined, till.Reopen().Acknowledged.Standing);
        Assert.True(till.SellCash().IsStored);
        Assert.Equal(1, till.Store.ReadUnacknowledged().Segment!.First);
        Assert.Equal(outcome.Sentence, till.Store.Fork);
        Assert.Equal(outcome.Sentence, till.Store.RefusesEnrolment()!.Sentence);

        till.Clock.Advance(TimeSpan.FromSeconds(61));
        till.Acknowledge(2);
        Assert.Null(till.Store.Fork);
        Assert.Null(till.Reopen().Fork);
    }

    [Fact]
    public void An_acknowledgement_beyond_the_journal_means_that_entries_are_lost()
    {
        using var till = new TestTill();
        till.SellCash();
        var ahead = till.BackOffice.Acknowledge(
            TestTill.Journal, 9, EntryHash.Of("lost entry"u8), TestTill.Start.AddMinutes(1));

        Assert.Equal(AcknowledgementStatus.AheadOfJournal, till.Store.ApplyAcknowledgement(ahead).Status);

        Assert.Equal(WriteStatus.JournalDamaged, till.SellCash().Status);
        Assert.Equal(3, Assert.Single(till.Reopen().Damage).Number);
    }

    [Fact]
    public void A_back_office_restored_from_a_backup_gets_the_entries_again()
    {
        using var till = new TestTill();
        for (var sale = 0; sale < 4; sale++)
            till.SellCash();
        till.Acknowledge(4);
        till.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(AcknowledgementStatus.AppliedBehind, till.Acknowledge(2).Status);

        Assert.Equal(3, till.Store.ReadUnacknowledged().Segment!.First);
        Assert.Equal((2, 4), (till.Reopen().Acknowledged.Number, till.Store.Acknowledged.Proven));
    }

    [Fact]
    public void An_acknowledgement_that_was_kept_back_and_sent_late_is_ignored()
    {
        using var till = new TestTill();
        till.SellCash();
        var old = till.SignAcknowledgement(1);
        till.Clock.Advance(TimeSpan.FromMinutes(5));
        till.Acknowledge(2);

        Assert.Equal(AcknowledgementStatus.Older, till.Store.ApplyAcknowledgement(old).Status);
        Assert.Equal(2, till.Store.Acknowledged.Number);
        Assert.Equal(TestTill.Start.AddMinutes(5), till.Store.Now);
    }

    [Fact]
    public void The_same_acknowledgement_again_does_not_stop_the_clock()
    {
        using var till = new TestTill();
        till.SellCash();
        till.Clock.Advance(TimeSpan.FromMinutes(5));
        var jws = till.SignAcknowledgement(2);
        till.Store.ApplyAcknowledgement(jws);
        till.Clock.Advance(TimeSpan.FromHours(3));

        Assert.True(till.Store.ApplyAcknowledgement(jws).IsApplied);

        Assert.Equal(3 * 3_600, till.Store.OfflineSeconds);
    }

    [Fact]
    public void An_older_one_within_the_minute_in_which_contact_is_not_written_down_is_ignored_too()
    {
        using var till = new TestTill();
        till.Clock.Advance(TimeSpan.FromSeconds(10));
        var first = till.SignAcknowledgement(0);
        till.Clock.Advance(TimeSpan.FromSeconds(10));
        var second = till.SignAcknowledgement(0);
        Assert.True(till.Store.ApplyAcknowledgement(second).IsApplied);

        Assert.Equal(AcknowledgementStatus.Older, till.Store.ApplyAcknowledgement(first).Status);
        Assert.Equal(0, till.Store.OfflineSeconds);
    }

    [Fact]
    public void Only_the_keys_of_the_key_list_acknowledge()
    {
        using var till = new TestTill();
        using var stranger = Es256Key.Generate();
        var forged = till.BackOffice.Acknowledge(
            TestTill.Journal, 1, till.HashAt(1), TestTill.Start.AddMinutes(1), key: stranger);

        Assert.Equal(AcknowledgementStatus.NotSigned, till.Store.ApplyAcknowledgement(forged).Status);
        Assert.Equal(
            AcknowledgementStatus.NotSigned, till.Store.ApplyAcknowledgement("not a document").Status);
        Assert.Equal(0, till.Store.Acknowledged.Number);
    }

    [Fact]
    public void A_key_acknowledges_only_while_it_is_valid()
    {
        using var till = new TestTill();
        var keys = till.BackOffice.SignKeysUntil(TestTill.Start.AddMinutes(10), 2);
        Assert.True(till.Feed("1", new FeedRow(Keys: keys)).IsStored);

        var late = till.SignAcknowledgement(1, TestTill.Start.AddMinutes(10));
        var timely = till.SignAcknowledgement(1, TestTill.Start.AddMinutes(9));

        Assert.Equal(AcknowledgementStatus.NotSigned, till.Store.ApplyAcknowledgement(late).Status);
        Assert.Equal(AcknowledgementStatus.Applied, till.Store.ApplyAcknowledgement(timely).Status);
    }

    [Theory]
    [InlineData("TERM0002", 1)]
    [InlineData("TERM0001", 2)]
    public void An_acknowledgement_of_another_journal_is_refused(string terminal, int epoch)
    {
        using var till = new TestTill();
        var journal = new JournalId(terminal, epoch);
        var other = till.BackOffice.Acknowledge(
            journal, 0, EntryHash.Genesis(journal), TestTill.Start.AddMinutes(1));

        Assert.Equal(AcknowledgementStatus.OtherJournal, till.Store.ApplyAcknowledgement(other).Status);
    }

    [Fact]
    public void The_standing_that_the_back_office_gives_is_kept()
    {
        using var till = new TestTill();
        var quarantined = till.BackOffice.Acknowledge(
            TestTill.Journal, 1, till.HashAt(1), TestTill.Start.AddSeconds(1), TerminalStanding.Quarantined);

        Assert.True(till.Store.ApplyAcknowledgement(quarantined).IsApplied);

        Assert.Equal(TerminalStanding.Quarantined, till.Reopen().Acknowledged.Standing);
    }

    [Fact]
    public void The_signed_acknowledgement_is_kept_as_proof()
    {
        using var till = new TestTill();
        var jws = till.SignAcknowledgement(1);
        till.Store.ApplyAcknowledgement(jws);

        Assert.Equal(jws, till.Reopen().Acknowledged.Jws);
    }

    private static (long First, int Count) Run(TestTill till, int maxEntries = Segment.EntriesMax)
    {
        var segment = till.Store.ReadUnacknowledged(maxEntries: maxEntries).Segment!;
        return (segment.First, segment.Entries.Count);
    }
}
