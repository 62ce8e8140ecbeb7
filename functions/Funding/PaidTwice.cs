using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Funding;

/// <summary>
/// What is given back of a payment to its card: by a refund, or by a void of what was cleared.
/// </summary>
/// <param name="Terminal">Where it is given back.</param>
/// <param name="State">Of the refund's own payment; null while that is not recorded.</param>
/// <param name="PromisedUntil">A till has asked, and its entry is not here yet; null once it is.</param>
internal sealed record GivenBackPart(
    Id Refund, string Terminal, Money Amount, PaymentState? State, DateTimeOffset? PromisedUntil)
{
    /// <summary>One without an answer may still be paid; one that was refused will not be.</summary>
    public bool Counts => State is not { } state || PaidTwice.Counts(state);
}

/// <summary>
/// A payment of which the customer has more than he paid: by a refund that was promised before the chargeback
/// was told. No rule undoes it; a person objects to the case with the refund as evidence.
/// </summary>
/// <param name="Amount">What he has beyond what he paid.</param>
internal sealed record PaidTwiceCase(
    Id Payment, string Terminal, DateOnly BusinessDate, Money Amount, IReadOnlyList<string> Cases,
    IReadOnlyList<Id> Refunds)
{
    public string What => $"Paid back twice: refund {string.Join(", ", Refunds)}, chargeback "
        + $"{string.Join(", ", Cases)}, together {Amount} more than was paid. Object to the case with the "
        + "refund as evidence.";
}

/// <summary>
/// Finds payments that are both given back and charged back beyond what they took. A refund and a chargeback
/// decide by rows of two partitions, so each looks at the other after its own commit, and row
/// <c>kd.{payment}</c> says where to look: what is so is computed whenever somebody asks.
/// </summary>
internal sealed class PaidTwice(TablePort tables, DueTable due)
{
    public const string Prefix = "kd.";

    /// <summary>All that is given back of a payment, also what was refused or is promised.</summary>
    public async Task<IReadOnlyList<GivenBackPart>> GivenBack(PaymentRow payment, CancellationToken cancel)
    {
        var sale = await tables.Get(
            TableNames.Terminal, payment.Terminal, SaleRow.KeyOf(payment.Facts!.Sale), cancel);
        var promised =
            from refund in sale is null ? [] : TakenRefund.Read(sale)
            from tender in refund.Tenders
            where tender.Refund is not null && IsOf(payment, tender.Payment)
            select new GivenBackPart(
                tender.Refund!.Value, refund.Terminal, tender.Amount, null, refund.Until);
        var parts = new List<GivenBackPart>();
        foreach (var part in promised.Append(new GivenBackPart(
            PaymentRecorder.RefundOf(payment.Payment), payment.Terminal, default, null, null)))
        {
            var row = await tables.Get(
                TableNames.Terminal, payment.Terminal, PaymentRowCodec.KeyOf(part.Refund), cancel);
            var paid = row is null ? null : PaymentRowCodec.From(row);
            if (paid is not null || part.Amount != default)
                parts.Add(part with { Amount = paid?.Amount ?? part.Amount, State = paid?.State });
        }
        return parts;
    }

    /// <summary>Null where the customer has no more than he paid.</summary>
    public async Task<PaidTwiceCase?> Of(PaymentRow payment, CancellationToken cancel)
    {
        var gone = await Chargebacks.Of(tables, payment, cancel);
        if (payment.Facts is not { } facts || payment.IsRefund || gone == default || gone.IsZero)
            return null;
        var parts = (await GivenBack(payment, cancel))
            .Where(part => part is { Counts: true, PromisedUntil: null }).ToList();
        var beyond = parts.Aggregate(gone, (sum, part) => sum + part.Amount) - facts.Amount;
        if (beyond.Minor <= 0)
            return null;
        return new PaidTwiceCase(
            payment.Payment, payment.Terminal, payment.Accepted?.BusinessDate ?? default, beyond,
            await CasesOf(facts.Merchant, payment, cancel), [.. parts.Select(part => part.Refund)]);
    }

    /// <summary>Whoever has committed one of the two looks for the other, and marks what it finds.</summary>
    public async Task Look(PaymentRow payment, CancellationToken cancel)
    {
        if (await Of(payment, cancel) is not { } twice)
            return;
        var partition = CycleRow.PartitionOf(payment.Facts!.Merchant, payment.Facts.Amount.Currency);
        if (await tables.Get(TableNames.Batch, partition, Prefix + payment.Payment, cancel) is not null)
            return;
        await ReportOwed.Owe(due, payment.Facts.Merchant, twice.BusinessDate, cancel);
        var mark = new Row(partition, Prefix + payment.Payment) { ["terminal"] = payment.Terminal };
        // Somebody else's mark is the same.
        _ = await tables.TryCommit(TableNames.Batch, partition, [Change.Insert(mark)], cancel);
    }

    public static bool Counts(PaymentState state) => state is not (PaymentState.Declined
        or PaymentState.Expired or PaymentState.Voided or PaymentState.Reversed or PaymentState.Abandoned);

    /// <summary>
    /// Whether a refund is given out has changed: the report of the sale's date names what it names anew.
    /// </summary>
    public static async Task OweReport(
        TablePort tables, DueTable due, PaymentRow refund, CancellationToken cancel)
    {
        if (refund is not { IsRefund: true, Origin: { } origin, Facts: { } facts }
            || await tables.Get(
                TableNames.Batch, CycleRow.PartitionOf(facts.Merchant, facts.Amount.Currency),
                Prefix + origin.Payment, cancel) is null
            || await tables.Get(
                TableNames.Terminal, refund.Terminal, PaymentRowCodec.KeyOf(origin.Payment), cancel)
                is not { } sold
            || PaymentRowCodec.From(sold).Accepted is not { } accepted)
            return;
        await ReportOwed.Owe(due, facts.Merchant, accepted.BusinessDate, cancel);
    }

    /// <summary>Those of payments of these business dates.</summary>
    public async Task<IReadOnlyList<PaidTwiceCase>> All(
        string merchant, Currency currency, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var found = new List<PaidTwiceCase>();
        await foreach (var mark in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), Prefix, Keys.After(Prefix), cancel))
            if (await tables.Get(
                TableNames.Terminal, mark.Text("terminal"),
                PaymentRowCodec.KeyPrefix + mark.Key[Prefix.Length..], cancel) is { } row
                && await Of(PaymentRowCodec.From(row), cancel) is { } twice
                && twice.BusinessDate >= from && twice.BusinessDate <= to)
                found.Add(twice);
        return found;
    }

    /// <summary>A refund names the payment of the sale; of a recovered one the try has the money.</summary>
    private static bool IsOf(PaymentRow payment, Id? named) =>
        named == payment.Payment || (named is not null && named == payment.Origin?.Payment);

    private async Task<IReadOnlyList<string>> CasesOf(
        string merchant, PaymentRow payment, CancellationToken cancel)
    {
        var cases = new List<string>();
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, payment.Facts!.Amount.Currency),
            Chargebacks.CasePrefix, Keys.After(Chargebacks.CasePrefix), cancel))
            if (Chargebacks.From(row) is var known && known.Payment == payment.Payment)
                cases.Add(known.Case);
        return cases;
    }
}
