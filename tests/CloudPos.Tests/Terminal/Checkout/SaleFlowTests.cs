using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

public sealed class SaleFlowTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly long _before;

    public SaleFlowTests() => _before = _shop.Store.LastNumber;

    [Fact]
    public async Task Cash_completes_a_sale_in_one_entry_and_moves_stock()
    {
        var result = await _shop.Flow().Sell(
            new SaleRequest(
                [new("TEA", 3), new("MUG", 1)], [new(TenderKind.Cash, "50.00")], null, "Kim",
                "a@example.com"),
            CancellationToken.None);

        Assert.Equal(SaleStatus.Completed, result.Status);
        Assert.Equal(TestShop.Euro(30_46), result.Sale!.Total);
        Assert.Equal(TestShop.Euro(50_00), result.Sale.Tenders[0].Given);
        Assert.Equal([EntryKind.SaleCompleted], Kinds());
        Assert.Equal(-3, _shop.Store.Stock("TEA"));
        Assert.NotNull(result.Sale.ContactDigest);
    }

    [Fact]
    public async Task The_attempt_is_on_disk_before_the_issuer_is_asked()
    {
        var kinds = new List<EntryKind>();
        _shop.Issuer = request =>
        {
            kinds.AddRange(Kinds());
            return TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");
        };

        var result = await _shop.SellByCard();

        Assert.Equal([EntryKind.PaymentAttempted], kinds);
        Assert.Equal(SaleStatus.Completed, result.Status);
    }

    [Fact]
    public async Task An_approved_card_completes_the_sale_online_with_its_code()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var result = await _shop.SellByCard();

        var paid = result.Sale!.Tenders.Single().Payment!;
        Assert.Equal((Approval.Online, "A1B2C3"), (paid.Approval, paid.AuthorisationCode));
        Assert.Null(paid.Decision);
        Assert.Equal([EntryKind.PaymentAttempted, EntryKind.SaleCompleted], Kinds());
        Assert.Equal(0, _shop.Store.Exposure(TestShop.Eur).Count);
    }

    [Fact]
    public async Task What_the_issuer_is_asked_opens_at_the_back_office_for_this_payment_only()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        await _shop.SellByCard();

        var request = _shop.Asked.Single();
        var attempt = (PaymentAttempted)Entries()[0].Body;
        Assert.Equal(
            (attempt.Payment, attempt.Sale, attempt.Amount, Entries()[0].Header.At.ToUnixTimeMilliseconds()),
            (request.Payment, request.Sale, request.Amount, request.At.ToUnixTimeMilliseconds()));
        Assert.Equal(attempt.SealedDigest, request.SealedDigest);
        Assert.Equal(SealedCardResult.Opened, Open(request, request.Amount, out var plaintext));
        using var card = CardData.TryParsePlaintext(plaintext).Value!;
        Assert.Equal(TestShop.Numbers[0], card.Pan.RevealPan());
        Assert.Equal(SealedCardResult.Damaged, Open(request, request.Amount * 2, out _));
    }

    [Fact]
    public async Task A_declined_card_sells_nothing_and_ends_its_attempt()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Declined, "51");

        var result = await _shop.SellByCard();

        Assert.Equal((SaleStatus.Declined, "51"), (result.Status, result.ResponseCode));
        Assert.Equal([EntryKind.PaymentAttempted, EntryKind.PaymentFailed], Kinds());
        Assert.Empty(_shop.Store.OpenAttempts);
        Assert.Equal(0, _shop.Store.Stock("MUG"));
    }

    public static TheoryData<string> Silences =>
        ["no answer", "unknown", "not sent", "not asked", "busy", "internal", "about another payment"];

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task Without_a_yes_or_no_the_terminal_stands_in_under_the_same_payment_id(string silence)
    {
        _shop.Issuer = request => Silence(silence, request);

        var result = await _shop.SellByCard();

        var paid = result.Sale!.Tenders.Single().Payment!;
        Assert.Equal(Approval.Deferred, paid.Approval);
        Assert.Null(paid.AuthorisationCode);
        Assert.True(paid.Decision!.IsAccepted);
        Assert.Equal(_shop.Asked.Single().Payment, paid.Payment);
        Assert.Equal([EntryKind.PaymentAttempted, EntryKind.SaleCompleted], Kinds());
        Assert.Equal(TestShop.Euro(19_99), _shop.Store.Exposure(TestShop.Eur).Amount);
    }

    [Theory]
    [InlineData("no answer", EntryKind.PaymentAbandoned)]
    [InlineData("unknown", EntryKind.PaymentAbandoned)]
    [InlineData("busy", EntryKind.PaymentAbandoned)]
    [InlineData("internal", EntryKind.PaymentAbandoned)]
    [InlineData("about another payment", EntryKind.PaymentAbandoned)]
    [InlineData("not sent", EntryKind.PaymentFailed)]
    [InlineData("not asked", EntryKind.PaymentFailed)]
    [InlineData("forbidden", EntryKind.PaymentFailed)]
    public async Task Where_it_may_not_stand_in_a_charge_that_is_possible_is_given_up_to_be_undone(
        string silence, EntryKind end)
    {
        _shop.Issuer = request => Silence(silence, request);

        var result = await _shop.SellByCard(sku: "LAMP");

        Assert.Equal(SaleStatus.Refused, result.Status);
        Assert.Equal([EntryKind.PaymentAttempted, end], Kinds());
        Assert.Empty(_shop.Store.OpenAttempts);
    }

    [Fact]
    public async Task A_terminal_that_the_back_office_takes_nothing_from_does_not_stand_in()
    {
        _shop.Issuer = request => Silence("forbidden", request);

        var result = await _shop.SellByCard();

        Assert.Equal(DecisionReason.Quarantined, result.Decision!.Reason);
    }

    [Fact]
    public async Task With_the_line_down_nobody_is_asked_and_attempt_and_sale_come_together()
    {
        _shop.Issuer = _ => throw new InvalidOperationException("Nobody may be asked.");
        _shop.GoDown();

        var result = await _shop.SellByCard();

        Assert.Equal(SaleStatus.Completed, result.Status);
        Assert.Equal([EntryKind.PaymentAttempted, EntryKind.SaleCompleted], Kinds());
        Assert.False(((PaymentAttempted)Entries()[0].Body).Online);
    }

    /// <summary>
    /// A row per reason that a cashier can meet at an enrolled terminal: what is different, and the card.
    /// </summary>
    public static TheoryData<DecisionReason, string, string> Refusals => new()
    {
        { DecisionReason.OfflineSwitchedOff, "policy off", TestShop.VisaStripe },
        { DecisionReason.NoSealingKey, "no key", TestShop.VisaStripe },
        { DecisionReason.CurrencyNotAllowed, "no limits", TestShop.VisaStripe },
        { DecisionReason.SchemeNotAllowed, "", TestShop.AmexStripe },
        { DecisionReason.EntryModeNotAllowed, "", TestShop.VisaStripe.Replace("=2912101", "=2912201") },
        { DecisionReason.CardExpired, "", TestShop.ExpiredStripe },
        { DecisionReason.ServiceCodeForbidsOffline, "", TestShop.OnlineOnlyStripe },
        { DecisionReason.DenyListed, "", TestShop.DeniedStripe },
        { DecisionReason.AtOrOverFloorLimit, "lamp", TestShop.VisaStripe },
        { DecisionReason.CardAmountReached, "twice before", TestShop.VisaStripe },
        { DecisionReason.CardCountReached, "twice before for little", TestShop.VisaStripe },
        { DecisionReason.ExposureAmountReached, "small exposure", TestShop.VisaStripe },
        { DecisionReason.ExposureCountReached, "no exposures", TestShop.VisaStripe },
        { DecisionReason.OfflineTooLong, "ten hours later", TestShop.VisaStripe },
        { DecisionReason.Quarantined, "quarantined", TestShop.VisaStripe },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_offline_card_is_refused_with_its_own_reason_and_nothing_is_sold(
        DecisionReason reason, string arrangement, string stripe)
    {
        _shop.GoDown();
        var sku = await Arrange(arrangement);
        var before = _shop.Store.LastNumber;

        var result = await _shop.SellByCard(stripe, sku);

        Assert.Equal((SaleStatus.Refused, reason), (result.Status, result.Decision!.Reason));
        var entry = Assert.Single(_shop.EntriesSince(before));
        var failed = Assert.IsType<PaymentFailed>(entry.Body);
        Assert.Equal((reason, result.Payment), (failed.Decision!.Reason, failed.Payment));
        Assert.Single(result.Sentences);
    }

    [Fact]
    public async Task A_card_is_recognised_by_its_token_and_another_is_not_taken_for_it()
    {
        _shop.GoDown();

        var first = await _shop.SellByCard();
        var again = await _shop.SellByCard();
        var third = await _shop.SellByCard();
        var other = await _shop.SellByCard(TestShop.MastercardStripe);

        Assert.Equal(Token(first), Token(again));
        Assert.Equal(SaleStatus.Refused, third.Status);
        Assert.NotEqual(Token(first), Token(other));
    }

    [Fact]
    public async Task Cash_and_card_split_a_sale_and_the_card_pays_the_rest()
    {
        _shop.GoDown();

        var result = await _shop.SellByCard(sku: "LAMP", cash: "30.00");

        Assert.Equal([30_00, 30_00], result.Sale!.Tenders.Select(tender => tender.Amount.Minor));
        Assert.Equal(TestShop.Euro(30_00), _shop.Store.Exposure(TestShop.Eur).Amount);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_request_is_said_at_once_and_nothing_is_written()
    {
        var result = await _shop.Flow().Sell(
            new SaleRequest(
                [new("PEAS", 1), new("TEA", 0)], [new(TenderKind.Cash, "lots")], null, "", "nobody"),
            CancellationToken.None);

        Assert.Equal(SaleStatus.BadInput, result.Status);
        Assert.Equal(5, result.Sentences.Count);
        Assert.Empty(Kinds());
    }

    [Theory]
    [InlineData("name <a@example.com>")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("example.com")]
    public async Task An_address_that_could_say_more_than_one_mailbox_is_refused(string email)
    {
        var result = await _shop.Flow().Sell(
            new SaleRequest([new("TEA", 1)], [new(TenderKind.Cash, null)], null, "Kim", email),
            CancellationToken.None);

        Assert.Contains("e-mail address", Assert.Single(result.Sentences));
    }

    [Fact]
    public async Task A_card_that_cannot_be_read_is_bad_input_and_leaves_nothing_behind()
    {
        var result = await _shop.SellByCard(";4242424242424241=29121010000000000000?");

        Assert.Equal(SaleStatus.BadInput, result.Status);
        Assert.Empty(Kinds());
    }

    [Fact]
    public async Task A_terminal_that_is_not_enrolled_sells_nothing()
    {
        using var till = new CloudPos.Tests.Terminal.Journal.TestTill(enrol: false);
        var flow = new SaleFlow(till.Store, new LineState(till.Clock), null, new Lock());

        var result = await flow.Sell(
            new SaleRequest([new("TEA", 1)], [new(TenderKind.Cash, null)], null, "Kim", null),
            CancellationToken.None);

        Assert.Equal(SaleStatus.NotEnrolled, result.Status);
    }

    [Fact]
    public async Task No_card_number_is_in_any_file_whatever_became_of_the_payment()
    {
        _shop.Issuer = request => Silence("no answer", request);
        await _shop.SellByCard(TestShop.VisaStripe);
        await _shop.SellByCard(TestShop.MastercardStripe, "LAMP");
        _shop.GoDown();
        await _shop.SellByCard(TestShop.AmexStripe);
        await _shop.SellByCard(TestShop.DeniedStripe);

        var search = new CardSearch(TestShop.Numbers);
        _shop.Till.Close();
        foreach (var file in Directory.EnumerateFiles(_shop.Till.Directory, "*", SearchOption.AllDirectories))
            Assert.Empty(search.Find(File.ReadAllBytes(file)));
    }

    public void Dispose() => _shop.Dispose();

    private async Task<string> Arrange(string arrangement)
    {
        var policy = TestShop.Policy;
        switch (arrangement)
        {
            case "policy off":
                _shop.SetPolicy(policy with { Enabled = false });
                break;
            case "no key":
                _shop.Apply(new FeedRow(Keys: _shop.Till.BackOffice.SignKeys(3)));
                break;
            case "no limits":
                _shop.SetPolicy(policy with { ExposureLimits = [] });
                break;
            case "lamp":
                return "LAMP";
            case "twice before":
                _shop.SetPolicy(policy with { PerCardLimits = [new(TestShop.Euro(45_00), 9, 60)] });
                await _shop.SellByCard();
                await _shop.SellByCard();
                break;
            case "twice before for little":
                await _shop.SellByCard(sku: "TEA");
                await _shop.SellByCard(sku: "TEA");
                break;
            case "small exposure":
                _shop.SetPolicy(policy with { ExposureLimits = [new(TestShop.Euro(19_98), 4)] });
                break;
            case "no exposures":
                _shop.SetPolicy(policy with { ExposureLimits = [new(TestShop.Euro(100_00), 0)] });
                break;
            case "ten hours later":
                _shop.Till.Clock.Advance(TimeSpan.FromHours(10) + TimeSpan.FromSeconds(1));
                break;
            case "quarantined":
                _shop.Store.ApplyAcknowledgement(_shop.Till.BackOffice.Acknowledge(
                    _shop.Store.Enrolment!.Journal, 1, _shop.Till.HashAt(1), _shop.Till.Clock.GetUtcNow(),
                    TerminalStanding.Quarantined));
                break;
        }
        return "MUG";
    }

    private static Reply<AuthoriseAnswer> Silence(string kind, AuthoriseRequest request) => kind switch
    {
        "no answer" => Reply<AuthoriseAnswer>.NoAnswer("No answer in time."),
        "unknown" => TestShop.Answer(request, AuthoriseResult.Unknown),
        "not sent" => Reply<AuthoriseAnswer>.NotSent("No connection."),
        "not asked" => TestShop.Answer(request, AuthoriseResult.NotAsked),
        "busy" => Refusal(ProblemCode.Busy),
        "internal" => Refusal(ProblemCode.Internal),
        "forbidden" => Refusal(ProblemCode.Forbidden),
        _ => TestShop.Answer(request with { Payment = Id.New() }, AuthoriseResult.Approved, "00", "A1B2C3"),
    };

    private static Reply<AuthoriseAnswer> Refusal(ProblemCode code) =>
        Reply<AuthoriseAnswer>.Refused(new Problem(code, null, "No."));

    private SealedCardResult Open(AuthoriseRequest request, Money amount, out byte[] plaintext)
    {
        var enrolment = _shop.Store.Enrolment!;
        var context = new SealContext(
            SealPurpose.Authorise, enrolment.Merchant, enrolment.Terminal, request.Payment, amount,
            request.At.ToUnixTimeMilliseconds());
        return SealedCard.TryOpen(
            Convert.FromBase64String(request.Sealed), id => id == _shop.Sealing.KeyId ? _shop.Sealing : null,
            context, out plaintext);
    }

    private static string Token(SaleResult result) => result.Sale!.Tenders[^1].Payment!.Card.Token;

    private IReadOnlyList<Entry> Entries() => _shop.EntriesSince(_before);

    private EntryKind[] Kinds() => [.. Entries().Select(entry => entry.Header.Kind)];
}
