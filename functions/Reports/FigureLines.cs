using System.Globalization;
using CloudPos.Functions.Receipts;

namespace CloudPos.Functions.Reports;

/// <summary>
/// One figure of a report with its place: the row of the CSV, and what versions are compared by.
/// </summary>
/// <param name="Count">Null where only an amount is meant.</param>
internal sealed record FigureLine(
    string Section, string Name, string Column, long? Count, Money? Amount, string Text = "");

/// <summary>All figures as a flat list, and the differences between two such lists in words. Pure.</summary>
internal static class FigureLines
{
    private const int ChangesMax = 200;

    public static IReadOnlyList<FigureLine> Of(SettlementFigures figures)
    {
        var lines = new List<FigureLine>();
        void Add(string section, string name, string column, Figure figure) =>
            lines.Add(new FigureLine(section, name, column, figure.Count, figure.Amount));

        Add("Total", "Sales", "", figures.Sales);
        Add("Total", "Voids", "", figures.Voids);
        if (figures.Refunds is { } refunds)
            Refunds(lines, refunds);
        lines.Add(new FigureLine("Total", "Sales less voids and refunds", "", null, figures.Net));
        if (figures.Tips is { } tips)
            Tips(lines, tips);
        Add("Tender", "Cash", "", figures.Cash);
        Add("Tender", "Cash given back", "", figures.CashReturned);
        Add("Tender", "Card", "", figures.Card);
        Add("Tender", "Other", "", figures.Other);
        foreach (var line in figures.Buckets)
        {
            Add("Accepted payments", Words.Of(line.Bucket), "online", line.Online);
            Add("Accepted payments", Words.Of(line.Bucket), "deferred", line.Deferred);
        }
        Add("Proof", "Accepted by the sales", "", figures.Proof.Accepted);
        Add("Proof", "Sum of the places", "", figures.Proof.InBuckets);
        var deferred = figures.Deferred;
        Add("Deferred", "Accepted", "", deferred.Accepted);
        Add("Deferred", "Approved", "", deferred.Approved);
        Add("Deferred", "Declined", "", deferred.Declined);
        Add("Deferred", "Expired", "", deferred.Expired);
        Add("Deferred", "Pending", "", deferred.Pending);
        Add("Deferred", "Cancelled or reversed", "", deferred.CancelledOrReversed);
        Add("Deferred", "Not recorded", "", deferred.NotRecorded);
        if (deferred.Recovered is { } recovered)
            Add("Deferred", "Recovered", "", recovered);
        if (deferred.RecoveredByLink is { Count: > 0 } byLink)
            Add("Deferred", "Recovered by link", "", byLink);
        if (deferred.WrittenOff is { } writtenOff)
            Add("Deferred", "Written off", "", writtenOff);
        foreach (var line in figures.Schemes)
        {
            Add("Scheme", line.Name, "online", line.Online);
            Add("Scheme", line.Name, "deferred", line.Deferred);
        }
        Groups(lines, "Store", figures.Stores);
        Groups(lines, "Terminal", figures.Terminals);
        Groups(lines, "Cashier", figures.Cashiers);
        foreach (var line in figures.Vat)
        {
            lines.Add(new FigureLine("VAT", Printed.Rate(line.RateBasisPoints), "net", null, line.Net));
            lines.Add(new FigureLine("VAT", Printed.Rate(line.RateBasisPoints), "tax", null, line.Tax));
            lines.Add(new FigureLine("VAT", Printed.Rate(line.RateBasisPoints), "gross", null, line.Gross));
        }
        Rest(lines, figures);
        return lines;
    }

    /// <summary>What a later version changed, one sentence a figure.</summary>
    public static IReadOnlyList<string> Changes(SettlementFigures before, SettlementFigures after)
    {
        var old = Numbered(before).ToDictionary(one => one.Key, one => one.Line);
        var changes = new List<string>();
        foreach (var (key, line) in Numbered(after))
            if (!old.Remove(key, out var was))
                changes.Add($"{Place(line)}: new, {Value(line)}");
            else if (was != line)
                changes.Add($"{Place(line)}: {Value(line)} (was {Value(was)})");
        changes.AddRange(old.Values.Select(gone => $"{Place(gone)}: gone (was {Value(gone)})"));
        return changes.Count <= ChangesMax
            ? changes
            : [.. changes.Take(ChangesMax), $"and {changes.Count - ChangesMax} more"];
    }

    private static void Groups(List<FigureLine> lines, string section, IEnumerable<SalesLine> groups)
    {
        foreach (var group in groups)
        {
            foreach (var (column, figure) in new[]
            {
                ("sales", group.Sales), ("cash", group.Cash), ("card online", group.Online),
                ("card deferred", group.Deferred), ("other", group.Other),
            })
                lines.Add(new FigureLine(section, group.Name, column, figure.Count, figure.Amount));
            // A line of nothing would only make every list longer.
            foreach (var (column, figure) in new[] { ("voids", group.Voids), ("refunds", group.Refunds) })
                if (figure is { Count: > 0 } some)
                    lines.Add(new FigureLine(section, group.Name, column, some.Count, some.Amount));
        }
    }

    private static void Tips(List<FigureLine> lines, TipFigures tips)
    {
        foreach (var (name, figure) in new[]
        {
            ("Cash", tips.Cash), ("Card", tips.Card), ("Other", tips.Other), ("Given back", tips.Returned),
        })
            lines.Add(new FigureLine("Tip", name, "", figure.Count, figure.Amount));
        lines.Add(new FigureLine("Tip", "Tips less those given back", "", null, tips.Net));
    }

    private static void Refunds(List<FigureLine> lines, RefundFigures refunds)
    {
        void Add(string section, string name, string column, Figure figure) =>
            lines.Add(new FigureLine(section, name, column, figure.Count, figure.Amount));
        Add("Total", "Refunds", "", refunds.All);
        Add("Refund", "Cash", "", refunds.Cash);
        Add("Refund", "Card", "", refunds.Card);
        Add("Refund", "Other", "", refunds.Other);
        foreach (var place in refunds.Places)
        {
            Add("Refunds to cards", Words.Of(place.Bucket), "refunds", place.Refunds);
            Add("Refunds to cards", Words.Of(place.Bucket), "voids", place.Voids);
        }
        Add("Proof", "Given back to cards by the refunds", "", refunds.Proof.Accepted);
        Add("Proof", "Sum of the places of refunds", "", refunds.Proof.InBuckets);
    }

    private static void Rest(List<FigureLine> lines, SettlementFigures figures)
    {
        if (figures.Cleared is { } cleared)
        {
            lines.Add(new FigureLine("Cleared", "Gross", "", null, cleared.Gross));
            lines.Add(new FigureLine("Cleared", "Refunds", "", null, cleared.Refunds));
            lines.Add(new FigureLine("Cleared", "Fees", "", null, cleared.Fees));
            lines.Add(new FigureLine("Cleared", "Net", "", null, cleared.Net));
            lines.Add(new FigureLine("Cleared", "Without a fee", "", cleared.Unpriced, null));
        }
        foreach (var outage in figures.Outages)
            Outage(lines, outage);
        foreach (var batch in figures.Batches)
        {
            lines.Add(new FigureLine(
                "Batch", batch.Batch, "all", batch.All.Count, batch.All.Amount, batch.Digest ?? ""));
            if (batch.Refunds is { } back)
                lines.Add(new FigureLine("Batch", batch.Batch, "of all refunds", back.Count, back.Amount));
            if (batch.Acquirer is { } acquirer)
                lines.Add(new FigureLine("Batch", batch.Batch, "acquirer", null, null, acquirer));
            lines.Add(new FigureLine(
                "Batch", batch.Batch, "of this date", batch.OfDate.Count, batch.OfDate.Amount));
            lines.Add(new FigureLine(
                "Batch", batch.Batch, "reconciliation", null, null,
                string.Join("; ", batch.Difference.Prepend(Words.Of(batch.Reconciliation)))));
            lines.Add(new FigureLine("Batch", batch.Batch, "due after fees", null, batch.Expected));
            lines.Add(new FigureLine("Batch", batch.Batch, "paid by the bank", null, batch.Funded));
            if (batch.ChargedBack is { } kept)
                lines.Add(new FigureLine("Batch", batch.Batch, "kept for chargebacks", null, kept));
            if (batch.CaseFees is { } fees)
                lines.Add(new FigureLine("Batch", batch.Batch, "kept as fees for chargebacks", null, fees));
            foreach (var one in batch.Payments)
                lines.Add(new FigureLine(
                    "Difference", $"{one.Terminal} {one.RetrievalReference} {one.Of}", Words.Of(one.Kind),
                    null, null, one.What));
        }
        Chargebacks(lines, figures);
        foreach (var loose in figures.WithoutSale)
            lines.Add(new FigureLine(
                "Approved without a sale", loose.Payment.ToString(), loose.Terminal, 1, loose.Amount,
                loose.SettlementDate is { } date ? $"settlement date {Printed.Date(date)}" : ""));
        foreach (var store in figures.Closings)
        {
            lines.Add(new FigureLine("Closing", store.Store, "state", null, null, Words.Of(store.State)));
            foreach (var dark in store.Dark)
                lines.Add(new FigureLine("Dark terminal", dark.Terminal, store.Store, null, null, dark.Why));
            foreach (var open in store.Unapplied)
                lines.Add(
                    new FigureLine("Entries not applied", open.Terminal, store.Store, null, null, open.Why));
        }
        foreach (var late in figures.Stragglers)
            lines.Add(new FigureLine(
                "Straggler", late.ReceiptNumber, late.Terminal, 1, late.Total,
                    $"stored {Printed.Utc(late.StoredAt)}"));
    }

    private static void Chargebacks(List<FigureLine> lines, SettlementFigures figures)
    {
        foreach (var known in figures.Chargebacks)
        {
            lines.Add(new FigureLine(
                "Chargeback", known.Case, "", 1, known.Amount,
                $"received {Printed.Date(known.ReceivedOn)}, payment {known.Payment}: {known.Reason}"));
            foreach (var back in known.Returned)
                lines.Add(new FigureLine(
                    "Chargeback", known.Case, $"{Words.Of(back.Kind)} {back.Reference}", null, back.Amount,
                    $"received {Printed.Date(back.ReceivedOn)}: {back.Reason}"));
            foreach (var taken in known.Taken ?? [])
                lines.Add(new FigureLine(
                    "Chargeback", known.Case, $"taken from the payout of {taken.Payout}", null,
                    taken.Amount));
            foreach (var fee in known.Fees ?? [])
                lines.Add(new FigureLine(
                    "Chargeback", known.Case, $"fee taken from the payout of {fee.Payout}", null,
                    fee.Amount));
        }
        foreach (var both in figures.PaidTwice ?? [])
            lines.Add(new FigureLine(
                "Paid back twice", both.Payment.ToString(), both.Terminal, null, both.Amount,
                $"refund {string.Join(", ", both.Refunds)}, chargeback {string.Join(", ", both.Cases)}"));
        foreach (var one in figures.VoidsSetAside ?? [])
            lines.Add(new FigureLine(
                "Void set aside", one.Payment.ToString(), one.Terminal, null, null,
                $"entry {one.Epoch}.{one.Number} of {Printed.Date(one.Date)}"));
    }

    private static void Outage(List<FigureLine> lines, OutageFigures outage)
    {
        var name = $"{outage.Store} {Printed.Local(outage.From)}";
        foreach (var (column, figure) in new[]
        {
            ("accepted", outage.Accepted), ("lost", outage.Lost), ("recovered", outage.Recovered),
            ("pending", outage.Pending), ("takings", outage.Takings),
        })
            lines.Add(new FigureLine(
                "Outage", name, column, figure.Count, figure.Amount, $"to {Printed.Local(outage.To)}"));
        lines.Add(new FigureLine(
            "Outage", name, "kept", null, outage.Kept, $"to {Printed.Local(outage.To)}"));
        foreach (var (column, figure) in new[]
        {
            ("voided since", outage.Undone), ("of voided sales", outage.Cancelled),
        })
            if (figure is { } told)
                lines.Add(new FigureLine(
                    "Outage", name, column, told.Count, told.Amount, $"to {Printed.Local(outage.To)}"));
    }

    /// <summary>
    /// Each line by its place, and by its number among those of one place: two settlement dates may differ in
    /// the same payment.
    /// </summary>
    private static IEnumerable<((string, string, string, int) Key, FigureLine Line)> Numbered(
        SettlementFigures figures)
    {
        var seen = new Dictionary<(string, string, string), int>();
        foreach (var line in Of(figures))
        {
            var place = (line.Section, line.Name, line.Column);
            var number = seen[place] = seen.GetValueOrDefault(place) + 1;
            yield return ((line.Section, line.Name, line.Column, number), line);
        }
    }

    private static string Place(FigureLine line) =>
        line.Column.Length == 0
            ? $"{line.Section}, {line.Name}" : $"{line.Section}, {line.Name}, {line.Column}";

    private static string Value(FigureLine line)
    {
        var count = line.Count?.ToString(CultureInfo.InvariantCulture);
        string?[] parts = [count, line.Amount?.ToString(), line.Text];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)));
    }
}
