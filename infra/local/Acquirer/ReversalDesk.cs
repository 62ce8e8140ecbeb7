using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// Answers 0400, 0420 and their repeats. Field 90 names the original by its STAN and field 7, at the same
/// terminal. 00: it is reversed, now or before. 25: nothing of that name is known, or it was declined, so
/// there is nothing to reverse; should an unknown one still arrive, it will not be approved. Both are final.
/// </summary>
internal sealed class ReversalDesk(Ledger ledger, SettlementClock clock)
{
    private static readonly int[] Mandatory = [7, 11, 41, 42, 90];

    public Iso8583Message Answer(Iso8583Message request)
    {
        if (Answers.MissingOf(request, Mandatory) != 0
            || OriginalDataElements.TryParse(request.Get(90)) is not { } named)
            return Answers.To(request, ResponseCode.FormatError);
        // Partial reversals (field 95) are not offered.
        if (request.Has(95)) return Answers.To(request, ResponseCode.InvalidTransaction);

        var original = new OriginalKey(
            request.Get(42)!, request.Get(41)!, named.Stan, named.TransmissionTime);
        var answer = Answers.To(request, Reverse(original));
        answer.Set(15, $"{clock.Today:MMdd}");
        return answer;
    }

    private string Reverse(OriginalKey original)
    {
        var transaction = ledger.Find(original);
        if (transaction is null)
        {
            if (!ledger.IsReversedAhead(original)) ledger.Add(new ReversedAhead(clock.Now, original));
            return ResponseCode.UnableToLocateRecord;
        }
        if (!transaction.IsApproved) return ResponseCode.UnableToLocateRecord;
        if (!ledger.IsReversed(original)) ledger.Add(new Reversed(clock.Now, original, clock.Today));
        return ResponseCode.Approved;
    }
}
