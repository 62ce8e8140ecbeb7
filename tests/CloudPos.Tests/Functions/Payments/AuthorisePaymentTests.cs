using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Acquiring;

namespace CloudPos.Tests.Functions.Payments;

public class AuthorisePaymentTests
{
    [Fact]
    public async Task A_deferred_payment_is_asked_for_once_and_its_answer_recorded()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);

        await world.RunDue();

        var payment = await world.Find(sale);
        Assert.Equal(PaymentState.Approved, payment.State);
        Assert.Equal(("00", "000001"), (payment.Answer!.ResponseCode, payment.Answer.AuthorisationCode));
        Assert.Equal(new DateOnly(2026, 7, 4), payment.Answer.SettlementDate);
        Assert.Equal(
            [PaymentState.Attempted, PaymentState.Pending, PaymentState.Asked, PaymentState.Approved],
            payment.History.Select(line => line.State));
        Assert.Equal(0, await world.OwedCount());
        Assert.Equal(1234, world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task The_request_says_that_it_is_deferred_and_when_the_sale_was()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();

        var (request, _) = await world.Acquirer.Requests.Reader.ReadAsync();
        Assert.Equal(("0200", "1", "20260704113000"), (request.Mti, request.Get(60), request.Get(62)));
        Assert.Equal(("133000", "0704"), (request.Get(12), request.Get(13)));
        Assert.Equal(("0704120000", "618512000001"), (request.Get(7), request.Get(37)));
    }

    [Fact]
    public async Task The_terminal_is_told_the_outcome_once()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();

        var outcome = Assert.Single(await world.Outcomes());
        Assert.Equal((sale.Payment, PaymentState.Approved, "000001"), (
            outcome.Payment, outcome.State, outcome.AuthorisationCode));
    }

    [Fact]
    public async Task Silence_leaves_it_unknown_and_the_same_request_is_repeated_until_it_is_answered()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            return world.Acquirer.Ledger.Lines.Single().Times < 3
                ? Task.CompletedTask
                : from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);

        await world.RunDue();
        Assert.Equal(PaymentState.Asked, (await world.Find(sale)).State);
        await world.Settle();

        Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
        Assert.Equal(1234, world.Acquirer.Ledger.ChargedMinor);
        var sent = world.Acquirer.Received.Where(message => message.Mti != "0800").ToList();
        Assert.Equal(["0200", "0201", "0201"], sent.Select(message => message.Mti));
        foreach (var field in sent[0].Fields)
            Assert.All(sent, message => Assert.Equal(sent[0].RevealText(field), message.RevealText(field)));
    }

    [Fact]
    public async Task A_late_answer_resolves_the_payment_without_a_repeat()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        (Iso8583Message Message, Conversation From)? held = null;
        world.Acquirer.Script = (message, from) =>
        {
            held = (message, from);
            return Task.CompletedTask;
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await world.Acquirer.Ledger.Answer(held!.Value.Message, held.Value.From);
        await PaymentWorld.Until(() => world.Late.ResolvedCount == 1);

        Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
        await world.Settle();
        Assert.Single(world.Acquirer.Received, message => message.Mti is "0200" or "0201");
    }

    [Fact]
    public async Task An_answer_that_comes_after_a_restart_resolves_the_payment_too()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        Iso8583Message? held = null;
        world.Acquirer.Script = (message, _) =>
        {
            held = message;
            return Task.CompletedTask;
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await world.Restart();
        await world.Acquirer.Ledger.Answer(held!, world.Acquirer.Open.Last());
        await PaymentWorld.Until(() => world.Late.ResolvedCount == 1);

        Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
    }

    [Fact]
    public async Task A_second_answer_changes_nothing()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Script = async (message, from) =>
        {
            await world.Acquirer.Ledger.Answer(message, from);
            await world.Acquirer.Ledger.Answer(message, from);
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await PaymentWorld.Until(() => world.Late.KnownCount == 1);

        var payment = await world.Find(sale);
        Assert.Equal(PaymentState.Approved, payment.State);
        Assert.Null(payment.Held);
    }

    [Fact]
    public async Task A_second_answer_that_says_otherwise_changes_no_state_and_is_shown()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Script = async (message, from) =>
        {
            await from.Answer(message, "05");
            await from.Answer(message, "00", (38, "777777"));
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await PaymentWorld.Until(() => world.Late.StrangeCount == 1);

        var payment = await world.Find(sale);
        Assert.Equal((PaymentState.Declined, AnswerDecisions.Contradiction), (payment.State, payment.Held));
    }

    [Theory]
    [InlineData("no money: later could differ", "51", true, 0)]
    [InlineData("closed account: never", "46", false, 0)]
    [InlineData("stolen: never, and onto the deny list", "43", false, 1)]
    public async Task A_decline_says_whether_a_retry_can_differ(
        string name, string code, bool mayDiffer, int denied)
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Ledger.Decide = _ => code;
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();

        var outcome = Assert.Single(await world.Outcomes());
        Assert.True(
            (outcome.State, outcome.ResponseCode, outcome.RetryMayDiffer) == (
                PaymentState.Declined, code, mayDiffer),
            name);
        Assert.Equal(denied, (await world.Denied()).Tags.Count);
        Assert.False((await world.Find(sale)).DenyOwed);
    }

    [Fact]
    public async Task The_tag_on_the_deny_list_is_that_of_the_card()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Ledger.Decide = _ => ResponseCode.LostCard;
        var sale = world.Sale(pan: TestCards.Mastercard);
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();

        var list = await world.Denied();
        var tag = CardTag.Deny(
            Convert.FromBase64String(list.TagKey), System.Text.Encoding.ASCII.GetBytes(TestCards.Mastercard));
        Assert.Equal([Convert.ToHexStringLower(tag)], list.Tags);
    }

    [Fact]
    public async Task An_approval_of_another_amount_is_taken_back()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            if (message.Mti == "0200")
                message.Set(4, "000000000999");
            return from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();

        Assert.Equal(PaymentState.Reversed, (await world.Find(sale)).State);
        Assert.Equal(0, world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task An_answer_that_tells_nothing_leaves_it_unknown()
    {
        await using var world = await PaymentWorld.Start();
        var answers = 0;
        world.Acquirer.Script = (message, from) => ++answers < 3
            ? from.Answer(message, ResponseCode.DuplicateTransmission)
            : world.Acquirer.Ledger.Answer(message, from);
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        Assert.Equal(PaymentState.Asked, (await world.Find(sale)).State);

        await world.Settle();
        Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
    }

    [Fact]
    public async Task Without_a_line_it_stays_pending_and_draws_no_number()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.NetworkAnswer = _ => null;
        world.Acquirer.Drop();
        await PaymentWorld.Until(() => !world.Link.IsReady);
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();

        Assert.Equal(PaymentState.Pending, (await world.Find(sale)).State);
        Assert.DoesNotContain(await world.Rows(), row => row.Key == "stan");
        Assert.Equal(1, await world.OwedCount());
    }

    [Fact]
    public async Task A_line_that_breaks_with_many_in_flight_charges_each_once()
    {
        await using var world = await PaymentWorld.Start();
        var sales = Enumerable.Range(1, 20).Select(i => world.Sale(i * 100)).ToList();
        foreach (var sale in sales)
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        var entered = 0;
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            if (Interlocked.Increment(ref entered) == 20)
                world.Acquirer.Drop();
            return entered <= 20 ? Task.CompletedTask : from.Answer(message, answer.Code, answer.Fields);
        };
        await Task.WhenAll(sales.Select(sale => Deliveries.UntilDone(() => world.Authorise.Run(
            new(PaymentWork.Authorise, PaymentWork.IdOf(PaymentWorld.Terminal, sale.Payment)), default))));
        Assert.All(sales, sale => Assert.Equal(PaymentState.Asked, world.Find(sale).Result.State));

        await PaymentWorld.Until(() => world.Acquirer.ConnectionCount >= 2 && world.Link.IsReady);
        await world.Settle();

        Assert.All(sales, sale => Assert.Equal(PaymentState.Approved, world.Find(sale).Result.State));
        Assert.Equal(sales.Sum(sale => sale.Amount.Minor), world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(20, world.Acquirer.Ledger.Lines.Count);
    }

    [Fact]
    public async Task Two_handlers_at_once_ask_once()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Deliveries.UntilDone(() => world.Authorise.Run(
            new(PaymentWork.Authorise, PaymentWork.IdOf(PaymentWorld.Terminal, sale.Payment)), default))));
        await world.Settle();

        Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
        Assert.Single(world.Acquirer.Received, message => message.Mti is "0200" or "0201");
    }

    [Fact]
    public async Task A_card_sealed_to_a_key_that_is_not_here_is_shown_and_blocks_nobody()
    {
        await using var world = await PaymentWorld.Start();
        using var strange = SealingKeyPair.Generate();
        var (bad, good) = (world.Sale(key: strange.PublicKey), world.Sale());
        foreach (var sale in new[] { bad, good })
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        await world.RunDue();

        var held = await world.Find(bad);
        Assert.Equal(
            (PaymentState.Pending, "its card is sealed to a key that is not here"), (held.State, held.Held));
        Assert.Equal(PaymentState.Approved, (await world.Find(good)).State);
        Assert.Equal(1, await world.OwedCount());
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.RunDue();
        Assert.Single(world.Acquirer.Received, message => message.Mti == "0200");
    }

    [Fact]
    public async Task A_card_sealed_for_another_amount_is_never_charged()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale(100);
        var moved = sale with { Amount = sale.Amount * 100 };
        await world.Attempt(moved);
        await world.Accept(moved);
        await world.RunDue();

        var payment = await world.Find(moved);
        Assert.Equal(PaymentState.Pending, payment.State);
        Assert.Contains("damaged", payment.Held, StringComparison.Ordinal);
        Assert.Empty(world.Acquirer.Ledger.Lines);
    }

    [Fact]
    public async Task A_request_that_is_never_answered_is_shown_after_a_while_and_asked_on()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (_, _) => Task.CompletedTask;
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        for (var i = 0; i < 12; i++)
        {
            await world.RunDue();
            world.Time.Advance(TimeSpan.FromMinutes(20));
        }

        var payment = await world.Find(sale);
        Assert.Equal(PaymentState.Asked, payment.State);
        Assert.EndsWith("requests without an answer", payment.Held, StringComparison.Ordinal);
        Assert.Equal(12, payment.Asked!.Count);
    }

    [Fact]
    public async Task An_amount_that_fits_no_message_is_never_begun_and_shown()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale(1_000_000_000_000);
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();

        var payment = await world.Find(sale);
        Assert.Equal((PaymentState.Pending, null), (payment.State, payment.Asked));
        Assert.Equal("field 4 cannot be sent: ValueTooLong", payment.Held);
        Assert.DoesNotContain(world.Acquirer.Received, message => message.Mti == "0200");
    }

    [Fact]
    public async Task Number_and_expiry_are_deleted_when_their_day_has_passed()
    {
        await using var world = await PaymentWorld.Start();
        var register = new Register(world.Tables);
        await register.Enter(Register.Terminals, PaymentWorld.Terminal, default);
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();
        var purge = new PurgeCards(
            world.Store, register, new PurgeLinks(world.Tables, world.Time), world.Time,
            new ListLogger<PurgeCards>());

        world.Time.Advance(TimeSpan.FromDays(179));
        await purge.Run(default);
        Assert.NotNull((await world.Find(sale)).Reference);

        world.Time.Advance(TimeSpan.FromDays(2));
        await purge.Run(default);
        var payment = await world.Find(sale);
        Assert.Null(payment.Reference);
        Assert.Equal(
            (PaymentState.Approved, "number and expiry deleted"), (payment.State, payment.History[^1].Why));
    }

    [Fact]
    public async Task A_number_typed_as_a_reason_is_not_kept()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Recorder.RecordAbandoned(
            PaymentWorld.Acceptor,
            new(sale.Payment, sale.Sale, sale.Amount, $"card {TestCards.Visa} did not work"), default);

        Assert.DoesNotContain(
            TestCards.Visa, (await world.Find(sale)).History[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_is_owed_before_its_effect_is_kept_for_an_hour_and_then_dropped()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        var id = PaymentWork.IdOf(PaymentWorld.Terminal, sale.Payment);
        await world.Due.Owe(
            PaymentWork.Authorise, id, null, default,
            [("terminal", PaymentWorld.Terminal), ("payment", sale.Payment.ToString())]);
        await world.RunDue();
        world.Time.Advance(TimeSpan.FromMinutes(50));
        await world.RunDue();
        Assert.Equal(1, await world.OwedCount());

        world.Time.Advance(TimeSpan.FromMinutes(20));
        await world.RunDue();
        Assert.Equal(0, await world.OwedCount());
    }

    [Fact]
    public async Task Another_acquirer_with_another_dialect_needs_another_table_and_no_code()
    {
        await using var world = await PaymentWorld.Start(quick => quick with
        {
            Name = "second",
            Layout = Iso8583Layout.Binary87.Named("second"),
            AcquirerId = "9876543",
            RequestMti = Mti.AuthorisationRequest,
            Codes = ResponseCodes.Default.With([("85", CodeMeaning.Approved)]),
            Fields = [new DialectField(61, "00000000000", "00000010000"), new DialectField(
                63, null, "T{offline}")],
        });
        world.Acquirer.Ledger.Decide = _ => "85";
        var (kept, undone) = (world.Sale(100), world.Sale(200));
        foreach (var sale in new[] { kept, undone })
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        await world.RunDue();
        await world.Void(undone);
        await world.Settle();

        Assert.Equal(PaymentState.Approved, (await world.Find(kept)).State);
        Assert.Equal(PaymentState.Reversed, (await world.Find(undone)).State);
        var request = world.Acquirer.Received.First(message => message.Mti == "0100");
        Assert.Equal(("00000010000", "T20260704113000"), (request.Get(61), request.Get(63)));
        var reversal = Assert.Single(world.Acquirer.Received, message => message.Mti == "0420");
        Assert.StartsWith("0100", reversal.Get(90), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_outcome_no_card_is_left_but_number_and_expiry_under_the_reference_key()
    {
        await using var world = await PaymentWorld.Start();
        var sales = new[] { world.Sale(), world.Sale(pan: TestCards.Mastercard), world.Sale(), world.Sale() };
        world.Acquirer.Ledger.Decide = message => message.Get(4) == "000000001234" ? "00" : "43";
        foreach (var sale in sales.Take(2))
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        await world.Attempt(sales[2]);
        await world.Abandon(sales[2]);
        await world.Ask(sales[3]);
        await world.Attempt(sales[3]);
        await world.Settle();

        var rows = await world.Rows();
        Assert.DoesNotContain(
            rows, row => row.Has("sealed") || row.Key.Contains(".a.", StringComparison.Ordinal));
        Assert.Equal(3, rows.Count(row => row.Has("reference")));
        Assert.All(
            rows.Where(row => row.Has("reference")),
            row => Assert.Equal(
                world.Time.GetUtcNow().AddDays(180), row.Time("referenceUntil"), TimeSpan.FromDays(1)));
        await AssertNoNumbers(world);
    }

    private static async Task AssertNoNumbers(PaymentWorld world)
    {
        var search = new CardSearch([TestCards.Visa, TestCards.Mastercard]);
        var files = Directory.GetFiles(world.Folder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            Assert.True(search.Find(bytes).Count == 0, $"{Path.GetFileName(file)} holds a card number.");
        }
    }
}
