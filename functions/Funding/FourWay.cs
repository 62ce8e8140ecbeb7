using System.Collections.Immutable;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>What one batch holds of one business date, fixed when it is sealed.</summary>
/// <param name="GrossMinor">Less refunds.</param>
/// <param name="Unpriced">Payments for which no line of the fee table stands.</param>
/// <param name="CreditMinor">What the refunds among them give back.</param>
internal sealed record BatchShare(
    DateOnly Date, long Count, long GrossMinor, long FeeMinor, long Unpriced = 0, long CreditMinor = 0);

/// <summary>Where money of the till is. Each is a place of its own; together they are all of it.</summary>
internal sealed record FourWayBucket(string Name, Money Amount);

/// <summary>
/// What the till took by card from one business date to another, and where it is: as the till says, as the
/// acquirer approved, as it was cleared, and as it came to the bank.
/// </summary>
/// <param name="Holds">The buckets add up to what the till says.</param>
/// <param name="BeyondExpected">
/// Paid by the bank beyond what those batches make, and no part of the till: too much, or what was captured
/// and is reversed on another settlement date, whose payout then shows as much below zero.
/// </param>
internal sealed record FourWayView(
    string Merchant, DateOnly From, DateOnly To, string Currency, Figure Till, Figure Authorised,
    Money Cleared, Money Bank, IReadOnlyList<FourWayBucket> Buckets, bool Holds, Money BeyondExpected)
{
    /// <summary>By refunds, and by voids of what was in a batch, whatever became of it.</summary>
    public Money? GivenBack { get; init; }

    /// <summary>
    /// Payments of these dates both given back and charged back: each cent of them is in its place above, and
    /// a person has to get one of the two back.
    /// </summary>
    public IReadOnlyList<PaidTwiceCase> PaidTwice { get; init; } = [];
}

/// <summary>The four-way view, made from kept totals and batches: no payment is read.</summary>
internal sealed class FourWay(
    MerchantPayments merchants, TerminalDays days, ClearingBatches batches, BankStatements bank,
    PaidTwice twice)
{
    private const int DaysMax = 400;

    /// <summary>GET /api/backoffice/four-way/{merchant}/{currency}?from=&amp;to=</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        if (Dates.Range(call, DaysMax, out var from, out var to) is { } refusal)
            return refusal;
        var view = await Of(call.Route("merchant"), currency, from, to, cancel);
        return Answer.Json(view, FundingJson.Default.FourWayView);
    }

    public async Task<FourWayView> Of(
        string merchant, Currency currency, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        // Before the tallies: a payment counts as in a batch before its batch is sealed. The other way round,
        // a batch sealed in between would hold more than the tallies say.
        var cleared = await Cleared(merchant, currency, from, to, cancel);
        var tallies = new DayTallies();
        foreach (var terminal in await merchants.TerminalsOf(merchant, cancel))
            foreach (var day in await days.Read(terminal.Terminal, from, to, cancel))
                foreach (var (key, tally) in day.Tallies.All)
                    tallies.Add(key, tally);
        return Of(merchant, currency, from, to, tallies, cleared) with
        {
            PaidTwice = await twice.All(merchant, currency, from, to, cancel),
        };
    }

    /// <summary>Pure: from tallies and what batches were paid to the view.</summary>
    public static FourWayView Of(
        string merchant, Currency currency, DateOnly from, DateOnly to, DayTallies tallies,
        ClearedSum cleared)
    {
        Tally Under(params ReadOnlySpan<string> parts)
        {
            var prefix = Contributions.Key(currency, parts) + "/";
            return tallies.All.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Aggregate(default(Tally), (sum, pair) => sum + pair.Value);
        }
        Tally Place(Bucket bucket) =>
            Enum.GetValues<Approval>().Aggregate(default(Tally), (sum, approval) =>
                sum + Under("place", $"{approval}", $"{bucket}"));
        long Back(Bucket bucket) =>
            Under("back", "Refund", $"{bucket}").Minor + Under("back", "Void", $"{bucket}").Minor;
        var till = Under("card");
        var places = Enum.GetValues<Bucket>().Where(bucket => bucket != Bucket.NotRecorded)
            .ToDictionary(bucket => bucket, Place);
        var recorded = places.Values.Aggregate(default(Tally), (sum, tally) => sum + tally);
        var inBatches = places[Bucket.InBatch].Minor + places[Bucket.Settled].Minor;
        // A payment that was lost and then approved on a further try is where the try is.
        var recovered = tallies.All.GetValueOrDefault(Contributions.Key(currency, "recovered")).Minor;
        var ofDeclined = Math.Min(recovered, places[Bucket.Declined].Minor);
        places[Bucket.Declined] -= new Tally(0, ofDeclined);
        places[Bucket.Expired] -= new Tally(0, recovered - ofDeclined);
        var approved = inBatches + recovered;
        // A refund moves money only once it is approved; until then its payment is where it was.
        var openCredit = Back(Bucket.Approved);
        var inCredit = Back(Bucket.InBatch) + Back(Bucket.Settled);
        var refunded = tallies.All.GetValueOrDefault(Contributions.Key(currency, "refunded", "Card")).Minor;
        var undone = Under("back", "Void").Minor;
        List<FourWayBucket> buckets =
        [
            Named("Paid by the bank", cleared.PaidMinor),
            Named("Kept by the acquirer as fees", cleared.FeeMinor),
            Named("Cleared, not paid by the bank yet", cleared.OpenMinor),
            .. cleared.ChargedBack.OrderBy(taken => taken.Key, StringComparer.Ordinal).Select(taken =>
                Named($"Charged back, taken from the payout of {taken.Key}", taken.Value)),
            .. cleared.CaseFees.OrderBy(fee => fee.Key, StringComparer.Ordinal).Select(fee =>
                Named($"Fees for chargebacks, taken from the payout of {fee.Key}", fee.Value)),
            Named("Cleared refunds, not deducted from a payout yet", -cleared.OwedMinor),
            Named("On its way into a sealed batch", approved - inCredit - cleared.GrossMinor),
            Named("Given back to cards", inCredit + openCredit),
            Named("Given back, not in a batch yet", -openCredit),
        ];
        foreach (var (bucket, tally) in places)
            if (bucket is not (Bucket.InBatch or Bucket.Settled))
                buckets.Add(Named(Words.Of(bucket), tally.Minor));
        buckets.Add(Named(Words.Of(Bucket.NotRecorded), till.Minor - recorded.Minor));
        var authorised = places[Bucket.Approved] + places[Bucket.InBatch] + places[Bucket.Settled]
            + new Tally(0, recovered);
        return new FourWayView(
            merchant, from, to, currency.Code, Figure(till), Figure(authorised),
            Money(cleared.GrossMinor), Money(cleared.PaidMinor), buckets,
            buckets.Sum(bucket => bucket.Amount.Minor) == till.Minor
                && approved >= cleared.GrossMinor + cleared.CreditMinor && inCredit >= cleared.CreditMinor
                && till.Minor >= recorded.Minor && refunded >= Under("back", "Refund").Minor,
            Money(cleared.BeyondMinor))
        {
            GivenBack = Money(refunded + undone),
        };

        Money Money(long minor) => new(minor, currency);
        Figure Figure(Tally tally) => new(tally.Count, Money(tally.Minor));
        FourWayBucket Named(string name, long minor) => new(name, Money(minor));
    }

    /// <summary>
    /// What batches hold of these business dates, and how much of it was paid. A cycle that was paid in part
    /// is paid from its oldest batch and date on: a rule, so that each cent has one place.
    /// </summary>
    private async Task<ClearedSum> Cleared(
        string merchant, Currency currency, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var sum = new ClearedSum(0, 0, 0, 0, 0);
        // A business date ends in the night that follows, and east of Greenwich begins the day before.
        foreach (var row in await batches.Cycles(merchant, currency, cancel, from.AddDays(-2)))
        {
            var expected = (await bank.PayoutOf(row, cancel)).Expected.Minor;
            // What was kept for chargebacks is no debt any more: it is covered, as what came is.
            var covered = checked(row.FundedMinor + row.ChargedBackMinor + row.CaseFeesMinor);
            var left = covered;
            var isWhole = expected >= 0 ? left >= expected : left <= expected;
            var parts = new List<(BatchShare Share, long Covered)>();
            foreach (var head in await batches.Heads(row, cancel))
                foreach (var share in head.Shares)
                {
                    var net = share.GrossMinor - share.FeeMinor;
                    parts.Add((share, isWhole ? net : Part(net, left, expected)));
                    left -= parts[^1].Covered;
                }
            var (taken, fees, beyond) = (row.ChargedBackMinor, row.CaseFeesMinor, row.FundedMinor);
            for (var place = parts.Count - 1; place >= 0; place--)
            {
                var (share, part) = parts[place];
                // From the newest on, as he deducts when he pays; what is more than all is with the oldest.
                var kept = place == 0 ? taken : Math.Clamp(taken, 0, Math.Max(0, part));
                taken -= kept;
                var fee = place == 0 ? fees : Math.Clamp(fees, 0, Math.Max(0, part - kept));
                fees -= fee;
                var paid = part - kept - fee;
                beyond -= paid;
                if (share.Date >= from && share.Date <= to)
                    sum = sum.Plus(share, paid, share.GrossMinor - share.FeeMinor - part)
                        .Keep(row.Cycle, kept, fee);
            }
            if (row.Cycle.Date >= from && row.Cycle.Date <= to)
                sum = sum with { BeyondMinor = sum.BeyondMinor + beyond };
        }
        return sum;
    }

    /// <summary>
    /// What money that is not the whole pays of a share. What is paid out pays for what was taken; what was
    /// given back is deducted with the last of it.
    /// </summary>
    private static long Part(long net, long left, long expected) => expected >= 0
        ? Math.Clamp(left, 0, Math.Max(0, net))
        : Math.Clamp(left, Math.Min(0, net), 0);
}

/// <summary>
/// Sums over shares of batches: gross is fees, paid, charged back and open together, less what is owed.
/// </summary>
/// <param name="OpenMinor">What the bank has still to pay, of shares in which more was taken.</param>
internal sealed record ClearedSum(
    long GrossMinor, long FeeMinor, long PaidMinor, long OpenMinor, long BeyondMinor, long CreditMinor = 0)
{
    /// <summary>Of shares in which more was given back: what it has still to deduct.</summary>
    public long OwedMinor { get; init; }

    /// <summary>What payouts lack for chargebacks, by settlement date and acquirer.</summary>
    public ImmutableDictionary<string, long> ChargedBack { get; init; } =
        ImmutableDictionary<string, long>.Empty;

    /// <summary>What payouts lack for fees on top of them.</summary>
    public ImmutableDictionary<string, long> CaseFees { get; init; } =
        ImmutableDictionary<string, long>.Empty;

    public ClearedSum Keep(Cycle cycle, long minor, long fee)
    {
        var name = Printed.Date(cycle.Date) + (cycle.Acquirer is { } acquirer ? $", {acquirer}" : "");
        return this with
        {
            ChargedBack = Plus(ChargedBack, name, minor), CaseFees = Plus(CaseFees, name, fee),
        };
    }

    private static ImmutableDictionary<string, long> Plus(
        ImmutableDictionary<string, long> sums, string name, long minor) => minor == 0
        ? sums
        : sums.SetItem(name, checked(sums.GetValueOrDefault(name) + minor));

    public ClearedSum Plus(BatchShare share, long paid, long open) => checked(this with
    {
        GrossMinor = GrossMinor + share.GrossMinor, FeeMinor = FeeMinor + share.FeeMinor,
        PaidMinor = PaidMinor + paid, OpenMinor = OpenMinor + Math.Max(0, open),
        OwedMinor = OwedMinor + Math.Max(0, -open),
        CreditMinor = CreditMinor + share.CreditMinor,
    });
}
