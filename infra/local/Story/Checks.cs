using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>
/// What must be so after the story, each found from outside: from the acquirer's own log, the mail folder,
/// and the documents that terminals and back office print, compared with what people saw.
/// </summary>
internal static class Checks
{
    private static readonly string[] Charged = ["Approved", "Batched", "Settled"];
    private static readonly string[] Open = ["Attempted", "Pending", "Asked", "Reversing"];

    public static CheckList Run(
        CashierBook book, Evidence evidence, string data, bool officeWasKilled = false)
    {
        var list = new CheckList();
        Sales(list, book, evidence);
        Payments(list, book, evidence);
        Money(list, book, evidence, officeWasKilled);
        Goods(list, book, evidence);
        Papers(list, book, evidence);
        list.None(
            "clear test card numbers in the data folder", CardNumberScan.Find(data, DemoShop.CardNumbers()));
        return list;
    }

    private static void Sales(CheckList list, CashierBook book, Evidence evidence)
    {
        var journalled = evidence.Tills.SelectMany(till => till.Receipts).ToList();
        list.None(
            "printed receipts missing from the journals",
            book.Sales.Select(sale => sale.Receipt).Except(journalled));
        list.None(
            "sales in the journals that nobody saw",
            journalled.Except(book.Sales.Select(sale => sale.Receipt)));
        list.Add("receipt numbers used twice", 0, journalled.Count - journalled.Distinct().Count());
        list.None("gaps in receipt numbers", evidence.Tills.SelectMany(till => Gaps(till.Receipts)));
        foreach (var till in evidence.Tills)
        {
            list.Add($"{till.Till.Name}: journal verify ends with", 0, till.VerifyExit);
            var (name, status) = (till.Till.Name, till.Status);
            list.Add($"{name}: entries not acknowledged", 0, (long)status["journal"]!["unsent"]!);
            list.Add($"{name}: payments still unknown", 0, status["openAttempts"]!.AsArray().Count);
        }
        list.None("entries set aside", evidence.SetAside.Select(entry => entry.ToJsonString()));
    }

    private static void Payments(CheckList list, CashierBook book, Evidence evidence)
    {
        var known = evidence.Payments.ToLookup(payment => (string)payment["payment"]!);
        var accepted = book.AcceptedPayments.ToList();
        list.Add(
            "accepted payments in exactly one state", accepted.Count,
            accepted.Count(seen => known[seen.Payment].Count() == 1));
        list.None(
            "payments without an outcome",
            evidence.Payments.Where(payment => Open.Contains((string)payment["state"]!)).Select(Name));
        list.Add(
            "deferred payments declined by the issuer", 2,
            accepted.Count(seen => seen.Approval == "Deferred"
                && known[seen.Payment].Any(payment => (string)payment["state"]! == "Declined")));
        string[] reasons =
        [
            "AtOrOverFloorLimit", "CardExpired", "DenyListed", "SchemeNotAllowed", "EntryModeNotAllowed",
            "ExposureAmountReached",
        ];
        list.None(
            "reasons of refusal that were not met offline",
            reasons.Except(book.Refusals.Where(seen => seen.ExitCode == 4).Select(seen => seen.Reason)));
        list.None(
            "outcomes that a terminal shows otherwise than the back office", Disagreements(evidence, known));
    }

    private static void Money(
        CheckList list, CashierBook book, Evidence evidence, bool officeWasKilled)
    {
        var accepted = book.AcceptedPayments.Sum(payment => payment.AmountMinor);
        var ids = book.AcceptedPayments.Select(payment => payment.Payment).ToHashSet();
        var decided = evidence.Payments.Where(payment => ids.Contains((string)payment["payment"]!));
        list.Add(
            "minor units accepted by the tills, over all states", accepted,
            decided.Sum(payment => (long)payment["amount"]!["minor"]!));
        list.Add(
            "minor units charged, by the acquirer's own log", evidence.SumMinor(Charged),
            evidence.Acquirer.Sum(line => line.ChargedMinor));
        list.Add(
            "payments charged, by the acquirer's own log",
            evidence.Payments.Count(payment => Charged.Contains((string)payment["state"]!)),
            evidence.Acquirer.Count(line => line.ChargedMinor != 0));
        list.None(
            "payments charged twice",
            evidence.Acquirer.Where(line => line.ChargedMinor != 0)
                .GroupBy(line => (line.Terminal, line.Reference))
                .Where(group => group.Count() > 1).Select(group => group.Key.ToString()));
        list.None(
            "charges for sales that were given up or voided",
            evidence.Payments.Where(payment => Charged.Contains((string)payment["state"]!)
                && !ids.Contains((string)payment["payment"]!)
                && !evidence.PaidByLink.Contains((string)payment["payment"]!)).Select(Name));
        list.Add("declined payments that the customer paid by link", 1, evidence.PaidByLink.Count);
        list.Add(
            "minor units that came in by link, by the reports",
            evidence.Payments.Where(payment => evidence.PaidByLink.Contains((string)payment["payment"]!))
                .Sum(payment => (long)payment["amount"]!["minor"]!),
            evidence.Reports.Sum(RecoveredByLink));
        list.Add("payments taken back at the acquirer", 1, evidence.Acquirer.Count(line => line.IsReversed));
        // One by the card; more where the back office was killed between request and answer.
        var repeated = evidence.Acquirer.Count(line => line.Repeats > 0);
        list.Add(
            "requests answered only when they were repeated",
            officeWasKilled ? Math.Max(1, repeated) : 1, repeated);
        list.Add(
            "minor units settled, by the reports", evidence.Acquirer.Sum(line => line.ChargedMinor),
            evidence.Reports.Sum(report =>
                (long)report["settled"]!["minor"]! + RecoveredByLink(report)));
        list.None(
            "batches out of balance",
            evidence.Reports.SelectMany(report => report["batches"]!.AsArray())
                .Where(batch => (string)batch!["reconciliation"]! != "InBalance")
                .Select(batch => batch!.ToJsonString()));
    }

    private static void Goods(CheckList list, CashierBook book, Evidence evidence)
    {
        list.None(
            "products whose stock the back office has otherwise", Differences(book.Stock, evidence.Stock));
        foreach (var till in evidence.Tills)
            list.None(
                $"products whose stock {till.Till.Name} has otherwise", Differences(book.Stock, till.Stock));
    }

    private static void Papers(CheckList list, CashierBook book, Evidence evidence)
    {
        var wanted = book.Sales.Where(sale => sale.Email is not null).Select(sale => sale.Receipt).ToList();
        list.None(
            "receipts asked for by mail that did not go out exactly once",
            wanted.Where(receipt => MailsFor(evidence, receipt) != 1));
        list.Add(
            "mails in all, the link and that it was paid with among them", wanted.Count + 2,
            evidence.Mails.Count);
        list.None(
            "settlement reports that do not prove their sum",
            evidence.Reports.Where(report => !(bool)report["proof"]!["holds"]!)
                .Select(report => report.ToJsonString()));
    }

    private static int MailsFor(Evidence evidence, string receipt) =>
        evidence.Mails.Count(mail => mail.Contains("<receipt.", StringComparison.Ordinal)
            && mail.Contains(receipt, StringComparison.Ordinal));

    private static long RecoveredByLink(JsonNode report) =>
        (long?)report["deferred"]!["recoveredByLink"]?["amount"]!["minor"] ?? 0;

    private static IEnumerable<string> Gaps(IReadOnlyList<string> receipts) =>
        receipts.Where((receipt, index) => !receipt.EndsWith($"-{index + 1:D6}", StringComparison.Ordinal));

    private static IEnumerable<string> Differences(
        IReadOnlyDictionary<string, long> expected, IReadOnlyDictionary<string, long> found) =>
        expected.Where(pair => found.GetValueOrDefault(pair.Key, long.MinValue) != pair.Value)
            .Select(pair => $"{pair.Key}: {pair.Value}, not {found.GetValueOrDefault(pair.Key)}");

    private static IEnumerable<string> Disagreements(Evidence evidence, ILookup<string, JsonNode> known) =>
        from till in evidence.Tills
        from shown in till.Status["payments"]!.AsArray()
        let theirs = known[(string)shown!["payment"]!].FirstOrDefault()
        let mine = (string)shown["state"]!
        where theirs is not null && Outcome(mine) != Outcome((string)theirs["state"]!)
        select $"{till.Till.Name} {shown["payment"]}: {mine}, not {theirs["state"]}";

    /// <summary>Batched and settled are the back office's business; for the till it is approved.</summary>
    private static string Outcome(string state) => Charged.Contains(state) ? "Approved" : state;

    private static string Name(JsonNode payment) => $"{payment["payment"]} {payment["state"]}";
}
