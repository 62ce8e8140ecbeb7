using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>The configuration cannot be started with, and why; a sentence for whoever starts it.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);

/// <summary>
/// Looks at the start for what is open at acquirers that the configuration does not name any more: renamed or
/// taken out, nobody would ever answer it. The names of all acquirers that were started with are kept, so
/// that a start with all of them looks at nothing else.
/// </summary>
internal sealed class RemovedAcquirers(
    TablePort tables, Register register, PaymentStore store, ClearingOwed clearing, Acquirers acquirers,
    BackOfficeOptions options)
{
    private const int NamedMax = 3;

    /// <exception cref="StartRefusedException">Something is open there.</exception>
    public async Task Check(CancellationToken cancel)
    {
        var known = await register.List(Register.Acquirers, cancel);
        // Releases before this one kept no names: then whatever is open tells them.
        if (known.Count == 0 || known.Any(IsRemoved))
        {
            var open = await Open(cancel);
            if (open.Count > 0)
                throw new StartRefusedException(Sentence(open));
        }
        foreach (var gone in known.Where(IsRemoved))
            await register.Remove(Register.Acquirers, gone, cancel);
        foreach (var link in acquirers.All)
            await register.Enter(Register.Acquirers, link.Profile.Name, cancel);
    }

    private bool IsRemoved(string acquirer) => acquirers.Named(acquirer) is null && !IsRetired(acquirer);

    private bool IsRetired(string acquirer) =>
        options.AcquirerTables?.Retired.Contains(acquirer, StringComparer.Ordinal) == true;

    /// <summary>By acquirer and kind, what is open there.</summary>
    private async Task<SortedDictionary<(string Acquirer, string What), List<string>>> Open(
        CancellationToken cancel)
    {
        var open = new SortedDictionary<(string Acquirer, string What), List<string>>();
        await foreach (var row in tables.Scan(DueTable.Table, cancel))
        {
            var due = DueRow.From(row);
            if (await PlaceOf(due, cancel) is var (acquirer, what))
                Note(acquirer, what, due.Kind == ReconcileOwed.Queue ? due.Id : due.Ref("payment"));
        }
        foreach (var merchant in await register.List(Register.Merchants, cancel))
            foreach (var ready in await clearing.Ready(merchant, cancel))
                if (ready.Cycle.Acquirer is { } acquirer)
                    Note(acquirer, "payment(s) not yet in a batch", ready.Member.Payment.ToString());
        return open;

        void Note(string acquirer, string what, string id)
        {
            if (!IsRemoved(acquirer))
                return;
            if (!open.TryGetValue((acquirer, what), out var ids))
                open[(acquirer, what)] = ids = [];
            ids.Add(id);
        }
    }

    private async Task<(string Acquirer, string What)?> PlaceOf(DueRow due, CancellationToken cancel)
    {
        if (due.Kind == ReconcileOwed.Queue)
            return Cycle.TryParse(due.Id, out var cycle) && cycle!.Acquirer is { } counting
                ? (counting, "day(s) whose totals are not agreed")
                : null;
        if (due.Kind is not (PaymentWork.Authorise or PaymentWork.Reverse or RecoverySteps.Queue)
            || await store.Find(due.Ref("terminal"), Id.Parse(due.Ref("payment")), cancel) is not { } payment
            || (payment.Asked?.Acquirer ?? payment.Origin?.Acquirer) is not { } acquirer)
            return null;
        return (due.Kind, payment.State) switch
        {
            (RecoverySteps.Queue, _) => (acquirer, "declined payment(s) to be tried again"),
            (_, PaymentState.Reversing) => (acquirer, "reversal(s) without an answer"),
            (_, PaymentState.Pending or PaymentState.Asked) => (acquirer, "payment(s) without an answer"),
            _ => null,
        };
    }

    private static string Sentence(
        SortedDictionary<(string Acquirer, string What), List<string>> open)
    {
        var parts = open.GroupBy(one => one.Key.Acquirer).Select(at =>
            $"Acquirer {at.Key} is not configured any more, and there are open: " + string.Join(
                "; ", at.Select(one => $"{one.Value.Count} {one.Key.What} ({Some(one.Value)})")) + ".");
        return string.Join(" ", parts)
            + " Put it back into the acquirers' table, under this name, until they are answered; or, where "
            + "it is gone for good, name it there under \"retired\": what is open is then held for a person.";
    }

    private static string Some(List<string> ids) =>
        string.Join(", ", ids.Take(NamedMax)) + (ids.Count > NamedMax ? ", ..." : "");
}
