using System.Globalization;
using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// An answer, and what goes wrong with it. Null: there is none, because the request vanished.
/// </summary>
internal readonly record struct Reply(Iso8583Message? Answer, Misbehaviour Misbehaviour)
{
    public static Reply WellBehaved(Iso8583Message answer) => new(answer, default);
}

/// <summary>
/// Decides 0100, 0120, 0200, 0220 and their repeats. A request is what its merchant, terminal, STAN and RRN
/// name; it is decided once, and who asks again, with the repeat's message type or without, gets the first
/// answer.
/// </summary>
internal sealed class CardDesk(Ledger ledger, CardKey cardKey, SettlementClock clock, Dialect dialect)
{
    private static readonly int[] Mandatory = [3, 4, 7, 11, 37, 41, 42, 49];

    public Reply Answer(Iso8583Message request, Func<Misbehaviour?> takeCommand)
    {
        var hasCard = request.Has(2) || request.Has(35) || request.Has(55);
        if (Answers.MissingOf(request, Mandatory) != 0 || !hasCard)
            return Reply.WellBehaved(Answers.To(request, ResponseCode.FormatError));
        using var card = CardOf.Request(request);
        if (card is null) return Reply.WellBehaved(Answers.To(request, ResponseCode.InvalidCardNumber));
        if (ledger.IsFull) return Reply.WellBehaved(Answers.To(request, ResponseCode.SystemMalfunction));

        var pan = card.RevealPan();
        var asked = Read(request, cardKey.HashOf(card.RevealPanBytes()));
        if (ledger.Find(asked.Key) is { } first) return AnswerAgain(request, asked, first);

        var misbehaviour = takeCommand() ?? TestTable.MisbehaviourFor(pan, asked.AmountMinor);
        if (misbehaviour.Kind == MisbehaviourKind.Lost) return new Reply(null, misbehaviour);
        var decided = Decide(asked, misbehaviour.Code ?? CodeFor(request, asked, pan));
        ledger.Add(new Answered(decided));
        return new Reply(Answers.To(request, decided), misbehaviour);
    }

    /// <summary>
    /// A request that reuses another's name is no repeat: 94, and nothing is remembered of it.
    /// </summary>
    private Reply AnswerAgain(Iso8583Message request, Transaction asked, Transaction first)
    {
        if (first.DifferenceTo(asked) is not null)
            return Reply.WellBehaved(Answers.To(request, ResponseCode.DuplicateTransmission));
        ledger.Add(new Repeated(clock.Now, request.Mti, first.Key));
        return Reply.WellBehaved(Answers.To(request, first));
    }

    private string CodeFor(Iso8583Message request, Transaction asked, string pan)
    {
        if (ledger.IsReversedAhead(asked.Original)) return ResponseCode.InvalidTransaction;
        // An advice tells what the card itself approved: the issuer stands behind it, and nobody is asked any
        // more.
        if (request.Mti[2] == '2') return ResponseCode.Approved;
        return CardOf.IsExpired(request, DateOnly.FromDateTime(clock.Now.UtcDateTime))
            ? ResponseCode.ExpiredCard
            : TestTable.CodeFor(pan, asked.AmountMinor);
    }

    private Transaction Decide(Transaction asked, string code)
    {
        var decided = asked with
        {
            Code = code,
            PartMinor = code == ResponseCode.PartialApproval ? TestTable.PartOf(asked.AmountMinor) : null,
        };
        return decided.IsApproved
            ? decided with { AuthorisationCode = $"{(ledger.Approvals + 1) % 1_000_000:D6}" }
            : decided;
    }

    /// <summary>The request as a transaction without a verdict.</summary>
    private Transaction Read(Iso8583Message request, string card) => new(
        clock.Now,
        string.Concat(request.Mti.AsSpan(0, 3), "0"),
        request.Get(3)!,
        request.Get(42)!,
        request.Get(41)!,
        request.Get(11)!,
        request.Get(37)!,
        request.Get(7)!,
        request.Get(22) ?? "",
        long.Parse(request.Get(4)!, NumberStyles.None, CultureInfo.InvariantCulture),
        request.Get(49)!,
        card,
        dialect.IsDeferred(request),
        Code: "",
        AuthorisationCode: null,
        clock.Today,
        dialect.OfflineTime(request));
}
