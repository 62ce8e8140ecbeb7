using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// Where every request of every connection is answered, one at a time. Safe for use by several threads.
/// </summary>
internal sealed class AcquirerDesk(
    Ledger ledger, CardKey cardKey, SettlementClock clock, Dialect dialect)
{
    public const int CommandsMax = 64;

    private readonly Lock gate = new();
    private readonly Queue<Misbehaviour> commands = [];
    private readonly CardDesk cards = new(ledger, cardKey, clock, dialect);
    private readonly ReversalDesk reversals = new(ledger, clock);
    private readonly ReconciliationDesk reconciliations = new(ledger, clock);

    public Dialect Dialect => dialect;

    /// <summary>Null: a message type that is none of ours, to which there is no answer.</summary>
    public Reply? Answer(Iso8583Message request)
    {
        lock (gate)
        {
            return request.Mti switch
            {
                "0800" or "0801" => Reply.WellBehaved(AnswerNetwork(request)),
                "0500" or "0501" or "0520" or "0521" => Reply.WellBehaved(reconciliations.Answer(request)),
                "0400" or "0401" or "0420" or "0421" => AnswerReversal(request),
                "0100" or "0101" or "0120" or "0121" or "0200" or "0201" or "0220" or "0221" =>
                    cards.Answer(request, TakeCommand),
                _ => null,
            };
        }
    }

    /// <summary>
    /// The next request about a card that is no repeat, or the next reversal, gets this. False: too many are
    /// waiting.
    /// </summary>
    public bool MisbehaveNext(Misbehaviour misbehaviour)
    {
        lock (gate)
        {
            if (commands.Count >= CommandsMax) return false;
            commands.Enqueue(misbehaviour);
            return true;
        }
    }

    public IReadOnlyList<LoggedTransaction> Transactions()
    {
        lock (gate) return ledger.Transactions();
    }

    public IReadOnlyList<SettlementTotals> AllTotals()
    {
        lock (gate) return ledger.AllTotals();
    }

    /// <summary>A merchant's listing as CSV; see <see cref="SettledBook.Listing"/>.</summary>
    public string Listing(string merchant, DateOnly date, Currency currency)
    {
        lock (gate)
            return ledger.Settled.Listing(
                merchant, date, $"{currency.Numeric:D3}", currency.Code, currency.MinorDigits);
    }

    /// <summary>Makes the book wrong. A sentence where there is nothing to do it to.</summary>
    public string? Tamper(TamperRequest request)
    {
        lock (gate)
        {
            var before = ledger.Settled.Find(request.Merchant, request.Terminal, request.Rrn);
            if (request.Kind != TamperKind.Invent && before is null)
                return "There is no such transaction that moved money.";
            if (request.Kind == TamperKind.Invent && (before is not null || request.AmountMinor <= 0))
                return "What is invented has an amount and a reference of its own.";
            var after = request.Kind switch
            {
                TamperKind.Forget => null,
                TamperKind.Amount => before! with { AmountMinor = request.AmountMinor },
                TamperKind.Date => before! with { Date = request.Date ?? before.Date.AddDays(1) },
                TamperKind.Invent => new SettledLine(
                    new TransactionKey(request.Merchant, request.Terminal, "000000", request.Rrn), false,
                    false, "000000", request.AmountMinor, request.Currency, request.Date ?? clock.Today),
                _ => throw new InvalidOperationException($"{request.Kind} is no way to tamper."),
            };
            ledger.Add(new Tampered(clock.Now, before, after));
            return null;
        }
    }

    private Reply AnswerReversal(Iso8583Message request)
    {
        var misbehaviour = TakeCommand() ?? default;
        if (misbehaviour.Kind == MisbehaviourKind.Lost) return new Reply(null, misbehaviour);
        return misbehaviour.Code is { } code
            ? new Reply(Answers.To(request, code), misbehaviour)
            : new Reply(reversals.Answer(request), misbehaviour);
    }

    private Misbehaviour? TakeCommand() => commands.TryDequeue(out var command) ? command : null;

    private Iso8583Message AnswerNetwork(Iso8583Message request)
    {
        var asked = request.Get(70);
        var isKnown = asked == dialect.SignOn || asked == dialect.Echo || asked == NetworkCode.SignOff;
        var code = asked is null ? ResponseCode.FormatError
            : isKnown ? ResponseCode.Approved
            : ResponseCode.InvalidTransaction;
        return Answers.To(request, code);
    }
}
