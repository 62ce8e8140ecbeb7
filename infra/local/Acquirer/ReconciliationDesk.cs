using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// Answers 0500, 0520 and their repeats: compares the merchant's figures of a settlement date (field 15) and
/// currency (field 50, or 49) with ours. Field 66 tells whether they agree; our own figures are in the answer
/// either way.
/// </summary>
internal sealed class ReconciliationDesk(Ledger ledger, SettlementClock clock)
{
    private static readonly int[] Mandatory = [7, 11, 15, 42];

    public Iso8583Message Answer(Iso8583Message request)
    {
        var currency = request.Get(50) ?? request.Get(49);
        var date = clock.Nearest(request.Get(15));
        if (Answers.MissingOf(request, Mandatory) != 0 || currency is null || date is null)
        {
            var refusal = Answers.To(request, ResponseCode.FormatError);
            refusal.Set(66, SettlementCode.Error);
            return refusal;
        }
        var merchant = request.Get(42)!;
        var ours = ledger.TotalsOf(merchant, date.Value, currency);
        var inBalance = ours.AgreesWith(request);
        ledger.Add(new Reconciled(clock.Now, merchant, date.Value, currency, inBalance));

        var answer = Answers.To(request, inBalance ? ResponseCode.Approved : ResponseCode.ReconcileError);
        answer.Set(66, inBalance ? SettlementCode.InBalance : SettlementCode.OutOfBalance);
        ours.Write(answer);
        return answer;
    }
}
