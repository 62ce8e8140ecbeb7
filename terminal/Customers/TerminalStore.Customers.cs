using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private const int CustomersFoundMax = 50;
    private LoyaltyRule? _loyalty;

    /// <summary>How points are earned and spent; null until the feed brought a rule.</summary>
    public LoyaltyRule? Loyalty => Locked(() => _loyalty);

    /// <summary>Adds a customer, or writes their data anew.</summary>
    public WriteOutcome WriteCustomer(Id customer, CustomerData data, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (data.Fault() is { } fault)
                    return WriteOutcome.Not(WriteStatus.Malformed, fault);
                var beside = Attachment.Create(
                    AttachmentKind.Customer,
                    JsonSerializer.SerializeToUtf8Bytes(data, StoreJson.Default.CustomerData));
                var entry = batch.Add(
                    new CustomerWritten(customer, beside.Digest, cashier), _clocks.Now, beside);
                _customers.Written(Place.Of(entry.Header), customer, data);
                return null;
            });
    }

    /// <summary>Forgets a customer here at once, and everywhere when this entry has arrived.</summary>
    public WriteOutcome EraseCustomer(Id customer, string cashier)
    {
        lock (_gate)
        {
            var outcome = Commit(batch =>
            {
                if (_customers.Find(customer) is null)
                    return WriteOutcome.Not(WriteStatus.Malformed, $"There is no customer {customer}.");
                batch.After(() => _scrubDue = true);
                return Added(batch, new CustomerErased(customer, cashier));
            });
            if (_scrubDue && outcome.IsStored)
                Scrub();
            return outcome;
        }
    }

    /// <summary>Gives or takes points by hand.</summary>
    public WriteOutcome AdjustPoints(Id customer, long points, string reason, string cashier)
    {
        const long most = 1_000_000;
        lock (_gate)
            return Commit(batch =>
            {
                if (_customers.Find(customer) is null)
                    return WriteOutcome.Not(WriteStatus.Malformed, $"There is no customer {customer}.");
                if (points is 0 or < -most or > most)
                    return WriteOutcome.Not(WriteStatus.Malformed, $"Points are 1 to {most}, or taken.");
                return CheckReason(reason)
                    ?? Added(batch, new PointsAdjusted(customer, points, reason, cashier));
            });
    }

    /// <summary>Null when unknown or erased; who was merged is found as who they are now.</summary>
    public Customer? FindCustomer(Id customer) => Locked(() => _customers.Find(customer));

    /// <summary>
    /// Customers whose name, address, telephone or card contains every word of a text; by name. Their data
    /// are encrypted each for itself, so all are opened: some milliseconds for thousands.
    /// </summary>
    public IReadOnlyList<Customer> FindCustomers(string text) => Locked<IReadOnlyList<Customer>>(() =>
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. _customers.All()
            .Where(customer => words.All(word => Contains(customer.Data, word)))
            .OrderBy(customer => customer.Data.Name, StringComparer.OrdinalIgnoreCase)
            .Take(CustomersFoundMax)];
    });

    /// <summary>
    /// Their latest purchases, the newest first: what the back office knows of all terminals, and what was
    /// sold here since.
    /// </summary>
    public IReadOnlyList<CustomerPurchase> PurchasesOf(Id customer) =>
        Locked<IReadOnlyList<CustomerPurchase>>(() =>
        {
            if (_customers.Find(customer) is not { } known || _enrolment is not { } own)
                return [];
            var here = _customers.OwnPlaces(known.Id, CustomerState.RecentMax)
                .Select(place => _journal.Read(own.Journal with { Epoch = place.Epoch }, place.Number).Entry)
                .Where(entry => entry?.Body is SaleCompleted { Customer: not null })
                .Select(entry => (entry!.Header.At, Sale: (SaleCompleted)entry.Body))
                .Select(one => new CustomerPurchase(
                    one.Sale.ReceiptNumber, one.At, one.Sale.Total, one.Sale.Customer!.Earned,
                    one.Sale.Customer.Redeemed));
            return [.. known.Recent.Concat(here).DistinctBy(one => one.ReceiptNumber)
                .OrderByDescending(one => one.At).Take(CustomerState.RecentMax)];
        });

    private static bool Contains(CustomerData data, string word) =>
        new[] { data.Name, data.Email, data.Telephone?.Replace(" ", "", StringComparison.Ordinal), data.Card }
            .Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) is true);
}
