using System.Net.Mail;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// Sells a basket: prices it, splits what pays for it, takes the card, and writes it all down. What is
/// returned as completed is on disk. The order of its durable steps, and what a crash between any two of them
/// leaves, is in DESIGN.md.
/// </summary>
/// <param name="ask">Null when nobody can be asked.</param>
/// <param name="deciding">Held while a payment is decided and written, so that no two decide on the same
/// exposure.</param>
internal sealed partial class SaleFlow(TerminalStore store, LineState line, AskIssuer? ask, Lock deciding)
{
    private const int CashierLengthMax = 40;
    private const int EmailLengthMax = 254;
    private const int PhoneLengthMax = 30;

    public async Task<SaleResult> Sell(SaleRequest request, CancellationToken cancel)
    {
        if (Price(request, out var priced) is { } wrong)
            return wrong;
        var (enrolment, offer, tenders, left) = priced;
        if (request.Paid.Count > 0 && left.Minor <= 0)
            return SaleResult.BadInput(
                "The basket has changed: the cards have paid more than it comes to. Give their payments up.");
        if (!TryReadTip(request, enrolment.Currency, out var tip, out var tipFault))
            return SaleResult.BadInput(tipFault);
        var split = request.IsPart
            ? TenderSplit.Part(left, tenders, tip)
            : TenderSplit.TryCreate(left, tenders, tip);
        return split.IsValid
            ? Told(await Pay(request, enrolment, offer, split.Value, cancel), left)
            : SaleResult.BadInput(split.Fault);
    }

    /// <summary>With what is left to pay, and a sentence where a card had less than was asked for.</summary>
    private static SaleResult Told(SaleResult result, Money before)
    {
        if (result.Part is not { } part)
            return result;
        var left = before - part.Share;
        return result with
        {
            Left = left,
            Sentences = result.IsAllTheCardHad
                ? [$"The card paid {part.Amount}, all that it has. {left} are left to pay."]
                : result.Sentences,
        };
    }

    /// <summary>What the request comes to and what is left to pay; or what is wrong with it.</summary>
    private SaleResult? Price(SaleRequest request, out PricedSale priced)
    {
        priced = default;
        if (store.Damage is [var damage, ..])
            return new SaleResult(
                SaleStatus.JournalDamaged,
                [$"The journal is damaged, so nothing can be sold: {damage.Sentence}"]);
        if (store.Enrolment is not { } enrolment)
            return new SaleResult(
                SaleStatus.NotEnrolled, ["This terminal is not enrolled; run 'enrol' first."]);

        var basket = Basket.TryCreate(request.Items, store.FindProduct, enrolment.Currency, request.Off);
        var faults = new List<string>(basket.Faults);
        if (!TryReadTenders(request, enrolment.Currency, out var tenders, out var tenderFault))
            faults.Add(tenderFault);
        if (request.Cashier.Length is 0 or > CashierLengthMax || request.Cashier.Any(char.IsControl))
            faults.Add($"The cashier's name has 1 to {CashierLengthMax} characters.");
        if (request.Email is { } email && !IsEmail(email))
            faults.Add("The e-mail address is not one, such as name@example.com.");
        if (request.Phone is { } phone && !IsPhone(phone))
            faults.Add("The phone number is not one, such as +49 30 1234567.");
        if (!basket.IsValid || faults.Count > 0)
            return SaleResult.BadInput(faults);
        var offer = Offer(request, basket.Value);
        if (offer.Fault is { } refused)
            return SaleResult.BadInput(refused);
        if (request.Paid.Count + tenders.Count > TerminalStore.TendersMax)
            return SaleResult.BadInput($"A sale has at most {TerminalStore.TendersMax} payments.");
        var left = request.Paid.Aggregate(offer.Basket.Total, (sum, part) => sum - part.Share);
        priced = new PricedSale(enrolment, offer, tenders, left);
        return null;
    }

    private LoyaltyOffer Offer(SaleRequest request, Basket basket)
    {
        if (request.Customer is not { } id)
            return new LoyaltyOffer(basket, null, null, 0);
        return store.FindCustomer(id) is { } customer
            ? LoyaltyOffer.Of(basket, customer, store.Loyalty, request.Redeem, line.Now.IsUp)
            : new LoyaltyOffer(basket, null, null, 0, "That customer is not known here any more.");
    }

    private async Task<SaleResult> Pay(
        SaleRequest request, Enrolment enrolment, LoyaltyOffer offer, TenderSplit split,
        CancellationToken cancel)
    {
        var draft = DraftOf(request, offer, request.IsPart ? [] : CashTenders(split));
        if (!split.Card.IsZero)
            return await new CardSale(store, line, ask, deciding, enrolment, draft, split.Card,
                split.CardTip, request.IsPart)
                .Pay(request.Card!, request.Order, cancel);
        var outcome = store.CompleteSale(draft);
        return outcome.IsStored ? SaleResult.Completed(outcome.Entry) : SaleResult.NotStored(outcome);
    }

    private static SaleDraft DraftOf(SaleRequest request, LoyaltyOffer offer, IReadOnlyList<Tender> cash)
    {
        var contact = request.Email is null && request.Phone is null
            ? null
            : new Contact(request.Email, request.Phone);
        var basket = offer.Basket;
        return new SaleDraft(
            request.Sale ?? Id.New(), request.Cashier, basket.Lines, basket.Taxes, basket.Total,
            [.. request.Paid, .. cash], contact)
        {
            Customer = offer.Points,
        };
    }

    /// <summary>
    /// The sale is not completed after all: what its cards have paid is undone. Each is given up by an entry
    /// of its own, so what a crash leaves is an open attempt, which is given up at the next start.
    /// </summary>
    public IReadOnlyList<WriteOutcome> GiveUp(IReadOnlyList<Tender> paid, string reason) =>
        [.. paid.Select(part => store.AbandonPayment(part.Payment!.Payment, reason))];

    /// <summary>
    /// A sale that costs nothing is paid with nothing in cash, so that it has a tender like any other.
    /// </summary>
    private static IReadOnlyList<Tender> CashTenders(TenderSplit split) =>
        split.Cash.IsZero && !split.Card.IsZero
            ? []
            : [new Tender(TenderKind.Cash, split.Cash, split.CashGiven) { Tip = split.CashTip }];

    private bool TryReadTip(SaleRequest request, Currency currency, out Money? tip, out string fault)
    {
        (tip, fault) = (null, "");
        if (request.Tip is not { } text)
            return true;
        if (store.TipChoices is null)
            fault = "Tips are not switched on for this terminal; the back office can.";
        else if (!AmountText.TryParse(text, currency, out var amount))
            fault = $"'{text}' is no tip: digits, and at most {currency.MinorDigits} behind a point.";
        else if (!amount.IsZero)
            tip = amount;
        return fault.Length == 0;
    }

    private static bool TryReadTenders(
        SaleRequest request, Currency currency, out IReadOnlyList<TenderRequest> tenders, out string fault)
    {
        var read = new List<TenderRequest>(request.Tenders.Count);
        (tenders, fault) = (read, "");
        foreach (var (kind, text) in request.Tenders)
        {
            Money amount = default;
            if (text is not null && !AmountText.TryParse(text, currency, out amount))
                fault = $"'{text}' is no amount: digits, and at most {currency.MinorDigits} behind a point.";
            read.Add(new TenderRequest(kind, text is null ? null : amount));
        }
        var wantsCard = request.Tenders.Any(tender => tender.Kind == TenderKind.Card);
        if (fault.Length == 0 && wantsCard != request.Card is not null)
            fault = wantsCard ? "Say which card pays." : "A card is given, but nothing is paid by card.";
        return fault.Length == 0;
    }

    private readonly record struct PricedSale(
        Enrolment Enrolment, LoyaltyOffer Offer, IReadOnlyList<TenderRequest> Tenders, Money Left);

    /// <summary>Digits as people write them; between a short extension and what E.164 allows.</summary>
    private static bool IsPhone(string text) => text.Length <= PhoneLengthMax
        && text.Count(char.IsAsciiDigit) is >= 4 and <= 15
        && text.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '/' or '(' or ')');

    private static bool IsEmail(string text) => text.Length <= EmailLengthMax
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailAddress.TryCreate(text, out var address) && address.Address == text;
}
