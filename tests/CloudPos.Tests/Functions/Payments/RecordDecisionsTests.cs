using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using static CloudPos.PaymentState;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// Every entry against a payment in every state: what becomes of it, and what it owes then.
/// </summary>
public class RecordDecisionsTests
{
    public const string Terminal = "T0000001";
    private const string Same = "";
    private const string Ask = PaymentWork.Authorise;
    private const string Undo = PaymentWork.Reverse;

    private static readonly DateTimeOffset Now = new(2026, 7, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Id Payment = Id.New();
    private static readonly Attachment Card = Attachment.Create(AttachmentKind.SealedCard, new byte[300]);

    private static readonly PaymentFacts Facts = new(
        "MERCHANT0000001", "berlin-1", 1, Id.New(), new Money(1234, Currency.Parse("EUR")), Now, Card.Digest,
        Scheme.Visa, EntryMode.Swipe, "4242");

    private static readonly AcceptedSale Deferred = new(
        Approval.Deferred, new DateOnly(2026, 7, 4), "T0000001-1-1");
    private static readonly AcceptedSale Online = Deferred with { Approval = Approval.Online };

    /// <summary>The state before, the entry, the outcome, the state after, the work that is owed.</summary>
    public static TheoryData<string, PaymentState, string, string, PaymentState, string> Rows => new()
    {
        { "an attempt makes a payment", None, "attempt", "Recorded", Attempted, Same },
        { "an attempt again is known", Attempted, "attempt", "AlreadyRecorded", Attempted, Same },
        { "an attempt of a pending payment is known", Pending, "attempt", "AlreadyRecorded", Pending, Same },
        { "an attempt after its live request is known", Asked, "attempt", "AlreadyRecorded", Asked, Same },
        { "an attempt after its approval is known", Approved, "attempt", "AlreadyRecorded", Approved, Same },

        { "a deferred sale before its attempt waits", None, "deferred", "Recorded", Pending, Ask },
        { "a deferred sale is to be asked for", Attempted, "deferred", "Recorded", Pending, Ask },
        { "a sale that stood in stays unknown", Asked, "deferred", "Recorded", Asked, Same },
        { "a sale that stood in after a yes", Approved, "deferred", "Recorded", Approved, Same },
        { "a sale that stood in after a no", Declined, "deferred", "Recorded", Declined, Same },
        { "a sale after its void stays voided", Voided, "deferred", "Recorded", Voided, Same },
        { "a sale after its abandonment stays so", Abandoned, "deferred", "Recorded", Abandoned, Same },
        { "a sale while it is taken back", Reversing, "deferred", "Recorded", Reversing, Same },
        { "a sale approved online is complete", Approved, "online", "Recorded", Approved, Same },
        { "a sale approved online elsewhere is held", Attempted, "online", "Recorded", Attempted, Same },
        { "a sale approved online, nothing known", None, "online", "Recorded", Attempted, Same },

        { "refused offline, never attempted", None, "refused", "Recorded", Abandoned, Same },
        { "refused offline after an attempt", Attempted, "refused", "Recorded", Abandoned, Same },
        { "refused while unknown is taken back", Asked, "refused", "Recorded", Reversing, Undo },
        { "refused after a yes is taken back", Approved, "refused", "Recorded", Reversing, Undo },
        { "refused after it was accepted", Pending, "refused", "Refused", Pending, Same },
        { "declined as we told it", Declined, "declined", "AlreadyRecorded", Declined, Same },
        { "declined, and forgotten here", Attempted, "declined", "Recorded", Declined, Same },
        { "declined, and never heard of here", None, "declined", "Recorded", Declined, Same },
        { "declined in a batch", Batched, "declined", "Refused", Batched, Same },

        { "abandoned before it is known leaves a mark", None, "abandon", "Recorded", Abandoned, Same },
        { "abandoned before it was asked", Attempted, "abandon", "Recorded", Abandoned, Same },
        { "abandoned while unknown is reversed", Asked, "abandon", "Recorded", Reversing, Undo },
        { "abandoned after a yes is reversed", Approved, "abandon", "Recorded", Reversing, Undo },
        { "abandoned after a no", Declined, "abandon", "AlreadyRecorded", Declined, Same },
        { "abandoned after it expired", Expired, "abandon", "AlreadyRecorded", Expired, Same },
        { "abandoned twice", Abandoned, "abandon", "AlreadyRecorded", Abandoned, Same },

        { "voided before it is known leaves a mark", None, "void", "Recorded", Voided, Same },
        { "voided before it was asked", Pending, "void", "Recorded", Voided, Same },
        { "voided while unknown is reversed", Asked, "void", "Recorded", Reversing, Undo },
        { "voided after a yes is reversed", Approved, "void", "Recorded", Reversing, Undo },
        { "voided after a no", Declined, "void", "AlreadyRecorded", Declined, Same },
        { "voided while it is reversed", Reversing, "void", "AlreadyRecorded", Reversing, Same },
        { "voided after it was reversed", Reversed, "void", "AlreadyRecorded", Reversed, Same },
        { "voided in a batch is to be refunded", Batched, "void", "Refused", Batched, Same },
        { "voided when settled is to be refunded", Settled, "void", "Refused", Settled, Same },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void An_entry_moves_a_payment_as_its_row_says(
        string name, PaymentState before, string entry, string outcome, PaymentState after, string owes)
    {
        var row = before == None ? null : InState(before);

        var change = Apply(row, entry);

        Assert.True(
            (outcome, after, owes) == (
                change.Outcome.Result.ToString(), (change.Next ?? row)!.State, change.Owes ?? Same),
            $"{name}: {change.Outcome}, {(change.Next ?? row)?.State}, {change.Owes}");
    }

    public static TheoryData<PaymentState, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<PaymentState, string>();
            foreach (var state in Enum.GetValues<PaymentState>())
                foreach (var entry in new[]
                    { "attempt", "deferred", "online", "refused", "declined", "abandon", "void" })
                    pairs.Add(state, entry);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void No_entry_breaks_the_table_of_states_and_told_again_it_finds_its_effect(
        PaymentState before, string entry)
    {
        var row = before == None ? null : InState(before);

        var change = Apply(row, entry);
        var again = Apply(change.Next ?? row, entry);

        foreach (var (from, to) in StepsOf(change.Next ?? row))
            Assert.True(PaymentStates.MayFollow(from, to), $"{from} to {to}");
        Assert.True(again.Next is null || again.Next.State == (change.Next ?? row)!.State);
        Assert.Null(again.Owes);
        if (change.Outcome.Result == RecordResult.Recorded)
            Assert.Equal(RecordResult.AlreadyRecorded, again.Outcome.Result);
    }

    [Fact]
    public void A_void_before_its_attempt_leaves_a_mark_that_the_attempt_finds()
    {
        var mark = RecordDecisions.Void(null, Terminal, Payment, "T0000001-1-1", Now).Next!;
        Assert.Null(mark.Facts);

        var change = RecordDecisions.Attempt(mark, Terminal, Payment, Facts, Stored(Card), Now);

        Assert.Equal((Voided, Facts), (change.Next!.State, change.Next.Facts));
        Assert.Null(change.Next.Sealed);
        Assert.Single(change.Beside);
    }

    [Fact]
    public void The_card_moves_from_its_entry_to_the_payment()
    {
        var change = RecordDecisions.Attempt(null, Terminal, Payment, Facts, Stored(Card), Now);

        Assert.Equal(Card.Content.ToArray(), change.Next!.Sealed);
        var deleted = Assert.Single(change.Beside);
        Assert.Equal("j.000001.a.000000000001.0", deleted.Key);
    }

    [Fact]
    public void A_card_that_is_not_the_one_its_entry_names_is_not_taken_and_shown()
    {
        var other = Attachment.Create(AttachmentKind.SealedCard, new byte[300]);
        var change = RecordDecisions.Attempt(null, Terminal, Payment, Facts, Stored(other), Now);

        Assert.Null(change.Next!.Sealed);
        Assert.Equal(RecordDecisions.WrongCard, change.Next.Held);
    }

    [Fact]
    public void A_card_that_arrives_after_its_sale_lets_the_payment_be_asked_for()
    {
        var sale = RecordDecisions.Accept(
            null, Terminal, Payment, Facts with { SealedDigest = null }, Deferred, Now).Next!;
        var change = RecordDecisions.Attempt(sale, Terminal, Payment, Facts, Stored(Card), Now);

        Assert.Equal((Pending, PaymentWork.Authorise), (change.Next!.State, change.Owes));
        Assert.Equal(Facts, change.Next.Facts);
        Assert.NotNull(change.Next.Sealed);
    }

    [Theory]
    [InlineData(Voided)]
    [InlineData(Abandoned)]
    [InlineData(Declined)]
    [InlineData(Approved)]
    public void A_state_in_which_nothing_is_asked_any_more_keeps_no_sealed_card(PaymentState state) =>
        Assert.Null(InState(state).Sealed);

    [Theory]
    [InlineData("amount")]
    [InlineData("currency")]
    [InlineData("merchant")]
    [InlineData("sale")]
    [InlineData("epoch")]
    [InlineData("sealedDigest")]
    public void An_attempt_told_otherwise_is_refused_with_the_field_that_differs(string field)
    {
        var other = field switch
        {
            "amount" => Facts with { Amount = Facts.Amount * 2 },
            "currency" => Facts with { Amount = new Money(1234, Currency.Parse("USD")) },
            "merchant" => Facts with { Merchant = "MERCHANT0000002" },
            "sale" => Facts with { Sale = Id.New() },
            "epoch" => Facts with { Epoch = 2 },
            _ => Facts with { SealedDigest = new string('0', 64) },
        };
        var change = RecordDecisions.Attempt(InState(Pending), Terminal, Payment, other, null, Now);

        Assert.Equal(RecordOutcome.Differs(field), change.Outcome);
        Assert.Equal((Facts, other), (change.Next!.Facts, change.Differing));
    }

    [Fact]
    public void A_sale_told_again_with_another_receipt_differs()
    {
        var first = RecordDecisions.Accept(InState(Attempted), Terminal, Payment, Facts, Deferred, Now).Next!;
        var other = Deferred with { ReceiptNumber = "T0000001-1-2" };

        Assert.Equal(
            RecordOutcome.Differs("receiptNumber"),
            RecordDecisions.Accept(first, Terminal, Payment, Facts, other, Now).Outcome);
    }

    [Fact]
    public void A_chip_approval_is_not_taken_before_there_is_a_chip_kernel() => Assert.Equal(
        RecordResult.Refused,
        RecordDecisions.Accept(
            null, Terminal, Payment, Facts, Deferred with { Approval = Approval.Chip }, Now).Outcome.Result);

    [Fact]
    public void A_payment_of_nothing_is_refused() => Assert.Equal(
        RecordResult.Refused,
        RecordDecisions.Attempt(
            null, Terminal, Payment, Facts with { Amount = Money.Zero(Facts.Amount.Currency) }, null, Now)
            .Outcome.Result);

    [Fact]
    public void The_history_is_bounded_but_takes_every_step()
    {
        var row = InState(Asked);
        for (var i = 0; i < 100; i++)
            row = row.Note(Now, "again", PaymentEvent.BackOffice);
        Assert.Equal(PaymentEvent.NotesMax, row.History.Count);

        row = row.Advance(Reversing, Now, new string('x', 1_000), PaymentEvent.Terminal);
        Assert.Equal(PaymentEvent.NotesMax + 1, row.History.Count);
        Assert.Equal(PaymentEvent.WhyLengthMax, row.History[^1].Why.Length);
    }

    [Fact]
    public void A_payment_comes_back_from_its_row_as_it_went_in()
    {
        var asked = new AskedRequest("simulated", 7, "618512000007", Now, true, Now.AddSeconds(10), 2);
        var row = InState(Reversing) with
        {
            Accepted = Deferred, Asked = asked, Reference = [1, 2, 3], ReferenceUntil = Now.AddDays(180),
            Answer = new("10", CodeMeaning.Partial, "123456", new DateOnly(2026, 7, 5), Now),
            Reversal = new(8, Now, Now.AddSeconds(10), 1, "96"),
            Batch = "b", DenyOwed = true, Held = "look", DifferingCount = 3,
            Facts = Facts with { AttemptAt = Now.ToOffset(TimeSpan.FromHours(-9.5)) },
        };

        var stored = row.ToRow();
        var read = PaymentRowCodec.From(stored);

        Assert.Equal(row.History, read.History);
        Assert.Equal(row.Reference, read.Reference);
        Assert.Equal(row.Facts.AttemptAt.Offset, read.Facts!.AttemptAt.Offset);
        Assert.Equal(
            row with { History = [], Reference = null, Sealed = null, Stored = null },
            read with { History = [], Reference = null, Sealed = null, Stored = null });
    }

    [Fact]
    public void A_step_that_the_table_forbids_is_a_bug_and_throws() =>
        Assert.Throws<InvalidOperationException>(
        () => InState(Declined).Advance(Approved, Now, "no", PaymentEvent.BackOffice));

    private static PaymentChange Apply(PaymentRow? row, string entry) => entry switch
    {
        "attempt" => RecordDecisions.Attempt(row, Terminal, Payment, Facts, null, Now),
        "deferred" => RecordDecisions.Accept(row, Terminal, Payment, Facts, Deferred, Now),
        "online" => RecordDecisions.Accept(row, Terminal, Payment, Facts, Online, Now),
        "refused" => RecordDecisions.Fail(row, Terminal, Payment, Facts, null, Now),
        "declined" => RecordDecisions.Fail(row, Terminal, Payment, Facts, "05", Now),
        "abandon" => RecordDecisions.Abandon(row, Terminal, Payment, Facts.Amount, "left", Now),
        "void" => RecordDecisions.Void(row, Terminal, Payment, "T0000001-1-1", Now),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    /// <summary>A payment that came to the state by steps that the table allows.</summary>
    private static PaymentRow InState(PaymentState state)
    {
        PaymentState[] path = state switch
        {
            Attempted => [Attempted],
            Pending => [Attempted, Pending],
            Asked => [Attempted, Asked],
            Approved => [Attempted, Asked, Approved],
            Declined => [Attempted, Asked, Declined],
            Expired => [Attempted, Pending, Expired],
            Voided => [Attempted, Pending, Voided],
            Reversing => [Attempted, Asked, Approved, Reversing],
            Reversed => [Attempted, Asked, Approved, Reversing, Reversed],
            Abandoned => [Attempted, Abandoned],
            Batched => [Attempted, Asked, Approved, Batched],
            Settled => [Attempted, Asked, Approved, Batched, Settled],
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        var row = new PaymentRow
        {
            Terminal = Terminal, Payment = Payment, Facts = Facts, Sealed = Card.Content.ToArray(),
            Reference = [1],
        };
        return path.Aggregate(row, (at, next) => at.Advance(next, Now, "to here", PaymentEvent.BackOffice));
    }

    private static IEnumerable<(PaymentState From, PaymentState To)> StepsOf(PaymentRow? row)
    {
        var before = None;
        foreach (var line in row?.History ?? [])
        {
            if (line.State != before)
                yield return (before, line.State);
            before = line.State;
        }
    }

    private static StoredAttachment Stored(Attachment card) => new("j.000001.a.000000000001.0", "1", card);
}
