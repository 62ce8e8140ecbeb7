using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Payments;

public class LiveAuthorisationTests
{
    [Fact]
    public async Task An_approval_comes_back_with_its_codes()
    {
        await using var world = await PaymentWorld.Start();
        var answer = await world.Ask(world.Sale());

        Assert.Equal(
            (AuthoriseResult.Approved, "00", "000001", "618512000001"),
            (answer.Result, answer.ResponseCode, answer.AuthorisationCode, answer.RetrievalReference));
        var (request, _) = await world.Acquirer.Requests.Reader.ReadAsync();
        Assert.False(request.Has(60));
    }

    [Fact]
    public async Task A_decline_comes_back_with_its_code_and_a_sentence()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Ledger.Decide = _ => "51";
        var answer = await world.Ask(world.Sale());

        Assert.Equal((AuthoriseResult.Declined, "51"), (answer.Result, answer.ResponseCode));
        Assert.Equal("Declined by the card issuer (code 51).", answer.Sentence);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_and_charges_nothing()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        var first = await world.Ask(sale);
        var second = await world.Ask(sale);

        Assert.Equal(first, second);
        Assert.Equal(1, Assert.Single(world.Acquirer.Ledger.Lines).Times);
    }

    [Fact]
    public async Task A_second_request_while_the_first_is_in_flight_is_told_unknown()
    {
        await using var world = await PaymentWorld.Start();
        var gate = new TaskCompletionSource();
        world.Acquirer.Script = (message, from) =>
        {
            _ = gate.Task.ContinueWith(_ => world.Acquirer.Ledger.Answer(message, from));
            return Task.CompletedTask;
        };
        var sale = world.Sale();
        var first = world.Ask(sale);
        await world.Acquirer.Requests.Reader.WaitToReadAsync();
        var second = await world.Ask(sale);
        gate.SetResult();

        Assert.Equal(AuthoriseResult.Unknown, second.Result);
        Assert.Equal(AuthoriseResult.Approved, (await first).Result);
        Assert.Equal(1, Assert.Single(world.Acquirer.Ledger.Lines).Times);
    }

    [Fact]
    public async Task Many_at_once_with_the_same_payment_charge_once()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => Deliveries.UntilDone(() => world.Ask(sale))));

        Assert.Contains(answers, answer => answer.Result == AuthoriseResult.Approved);
        Assert.All(answers, answer => Assert.True(
            answer.Result is AuthoriseResult.Approved or AuthoriseResult.Unknown));
        Assert.Equal(1, Assert.Single(world.Acquirer.Ledger.Lines).Times);
    }

    [Fact]
    public async Task Silence_is_unknown_and_the_answer_to_the_repeat_is_the_outcome_of_the_deferred_sale()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            return message.Mti == "0200"
                ? Task.CompletedTask : from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = world.Sale();

        var answer = await world.Ask(sale);
        await world.Attempt(sale);
        await world.Accept(sale, Approval.Deferred);
        await world.Settle();

        Assert.Equal(AuthoriseResult.Unknown, answer.Result);
        var payment = await world.Find(sale);
        Assert.Equal((PaymentState.Approved, Approval.Deferred), (payment.State, payment.Accepted!.Approval));
        Assert.Equal(1234, world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(2, Assert.Single(world.Acquirer.Ledger.Lines).Times);
        // A repeat is the same message: the first was not deferred, so neither is this.
        Assert.DoesNotContain(world.Acquirer.Received, message => message.Has(60));
    }

    [Fact]
    public async Task A_no_that_came_too_late_is_the_outcome_of_the_deferred_sale_and_nothing_is_asked_again()
    {
        await using var world = await PaymentWorld.Start(
            retries: RetryRules.Parse("none"), endsAtSilence: true);
        world.Acquirer.Ledger.Decide = _ => "05";
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            return message.Mti == "0200"
                ? Task.CompletedTask : from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.Settle();

        Assert.Equal(PaymentState.Declined, (await world.Find(sale)).State);
        Assert.Equal(2, Assert.Single(world.Acquirer.Ledger.Lines).Times);
        Assert.Equal(PaymentState.Declined, Assert.Single(await world.Outcomes()).State);
    }

    [Fact]
    public async Task Without_a_line_nothing_is_asked_and_nothing_stored()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.NetworkAnswer = _ => null;
        world.Acquirer.Drop();
        await PaymentWorld.Until(() => !world.Link.IsReady);
        var sale = world.Sale();

        Assert.Equal(AuthoriseResult.NotAsked, (await world.Ask(sale)).Result);
        Assert.Null(await world.Store.Find(PaymentWorld.Terminal, sale.Payment, default));
    }

    [Fact]
    public async Task A_terminal_that_may_not_ask_is_told_so_but_still_told_what_is_known()
    {
        await using var world = await PaymentWorld.Start();
        var (known, unknown) = (world.Sale(), world.Sale());
        await world.Ask(known);

        var first = await world.Live.Authorise(
            PaymentWorld.Acceptor, 1, known.Request, isActive: false, default);
        var other = await world.Live.Authorise(
            PaymentWorld.Acceptor, 1, unknown.Request, isActive: false, default);

        Assert.Equal(AuthoriseResult.Approved, first.Answer!.Result);
        Assert.Equal(AuthoriseResult.NotAsked, other.Answer!.Result);
    }

    public static TheoryData<string, string, Func<object, object>> Differences => new()
    {
        { "amount", "amount", r => ((AuthoriseRequest)r) with { Amount = ((AuthoriseRequest)r).Amount * 2 } },
        {
            "currency", "currency",
            r => ((AuthoriseRequest)r) with { Amount = new Money(1234, Currency.Parse("USD")) }
        },
        { "sale", "sale", r => ((AuthoriseRequest)r) with { Sale = Id.New() } },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task Another_content_under_the_same_id_is_refused_with_the_field_that_differs(
        string name, string field, Func<object, object> change)
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        var other = (AuthoriseRequest)change(sale.Request);

        var result = await world.Live.Authorise(PaymentWorld.Acceptor, 1, other, isActive: true, default);
        await world.Live.Authorise(PaymentWorld.Acceptor, 1, other, isActive: true, default);

        Assert.True(
            result.Problem is { Code: ProblemCode.DiffersFromFirst } problem && problem.Field == field, name);
        var payment = await world.Find(sale);
        Assert.Equal((sale.Amount, PaymentState.Approved, 1), (
            payment.Amount, payment.State, payment.DifferingCount));
        Assert.Single(await world.Rows(), row => row.Key == $"d.{sale.Payment}.000");
        Assert.Single(world.Acquirer.Ledger.Lines);
    }

    [Fact]
    public async Task Another_card_under_the_same_id_is_refused()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        var other = world.Sale(pan: TestCards.Mastercard) with { Payment = sale.Payment, Sale = sale.Sale };

        var result = await world.Live.Authorise(
            PaymentWorld.Acceptor, 1, other.Request, isActive: true, default);

        Assert.Equal("sealedDigest", result.Problem!.Field);
    }

    [Fact]
    public async Task Another_merchant_under_the_same_id_is_refused()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        var other = PaymentWorld.Acceptor with { Merchant = "MERCHANT0000002" };

        var result = await world.Live.Authorise(other, 1, sale.Request, isActive: true, default);

        Assert.Equal("merchant", result.Problem!.Field);
    }

    [Fact]
    public async Task A_card_sealed_at_another_terminal_is_not_charged()
    {
        await using var world = await PaymentWorld.Start();
        var other = PaymentWorld.Acceptor with { Terminal = "T0000002" };

        var result = await world.Live.Authorise(other, 1, world.Sale().Request, isActive: true, default);

        Assert.Equal(AuthoriseResult.NotAsked, result.Answer!.Result);
        Assert.Empty(world.Acquirer.Ledger.Lines);
    }

    public static TheoryData<string, string, Func<object, object>> Malformed => new()
    {
        { "nothing to pay", "amount", r => (
            (AuthoriseRequest)r) with { Amount = Money.Zero(Currency.Parse("EUR")) } },
        { "a number as last four", "card.lastFour", r => With(r, TestCards.Visa) },
        { "letters as last four", "card.lastFour", r => With(r, "12a4") },
        { "a short salt", "sealedSalt", r => ((AuthoriseRequest)r) with { SealedSalt = "AAAA" } },
        { "no base64", "sealed", r => ((AuthoriseRequest)r) with { Sealed = "***" } },
        { "an endless card", "sealed", r => ((AuthoriseRequest)r) with { Sealed = new string('A', 40_000) } },
        { "another digest", "sealedDigest", r => (
            (AuthoriseRequest)r) with { SealedDigest = new string('0', 64) } },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_has_not_its_shape_is_refused_by_name(
        string name, string field, Func<object, object> change)
    {
        await using var world = await PaymentWorld.Start();
        var request = (AuthoriseRequest)change(world.Sale().Request);

        var result = await world.Live.Authorise(PaymentWorld.Acceptor, 1, request, isActive: true, default);

        Assert.True(
            result.Problem is { Code: ProblemCode.Malformed } problem && problem.Field == field, name);
        Assert.Empty(world.Acquirer.Ledger.Lines);
    }

    private static AuthoriseRequest With(object request, string lastFour)
    {
        var known = (AuthoriseRequest)request;
        return known with { Card = known.Card with { LastFour = lastFour } };
    }
}
