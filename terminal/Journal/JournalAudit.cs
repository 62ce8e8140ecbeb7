using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What a full check of the journal found.</summary>
/// <param name="Entries">Entries of the current epoch.</param>
/// <param name="Hash">The hash of the last one, which stands for all of them.</param>
/// <param name="Pruned">The last entry that was deleted as old; the check begins behind it.</param>
internal sealed record VerifyReport(
    long Entries, long Acknowledged, EntryHash Hash, IReadOnlyList<DamageFinding> Findings, long Pruned)
{
    public bool IsSound => Findings.Count == 0;
}

/// <summary>
/// Recomputes from the entries alone what the tables beside them must say, and names each difference:
/// receipts, sales, exposure, open attempts, stock movements. Fed with the entries of all epochs in order.
/// </summary>
internal sealed class JournalAudit(JournalTable journal, Database database, PaymentTable payments)
{
    private readonly List<DamageFinding> _findings = [];
    private readonly Dictionary<Id, Money> _atRisk = [];
    private readonly HashSet<Id> _open = [];
    private readonly Dictionary<Id, (Place Place, SaleCompleted Body, bool Voided)> _sales = [];
    private readonly Dictionary<string, long> _moved = [];
    private long _receipt;
    private long _invoice;

    /// <summary>Another epoch follows; of old entries that are deleted the numbers go on.</summary>
    public void Begin(Pruned? pruned)
    {
        (_receipt, _invoice) = (pruned?.Receipt ?? 0, 0);
        if (pruned is not null)
            _invoice = database.Number(
                "SELECT max(running) FROM invoice WHERE place > $1 AND place <= $2",
                new Place(pruned.Epoch, 0).Value, new Place(pruned.Epoch, pruned.Number).Value) ?? 0;
    }

    public void Look(Entry entry)
    {
        var header = entry.Header;
        CheckAttachments(entry);
        switch (entry.Body)
        {
            case EpochOpened:
                (_receipt, _invoice) = (0, 0);
                if (header.Number != 1)
                    Find(header.Number, "opens the epoch, but is not its first");
                break;
            case PaymentAttempted body:
                _open.Add(body.Payment);
                break;
            case SaleCompleted body:
                LookAtSale(header, body);
                break;
            case PaymentFailed body:
                _open.Remove(body.Payment);
                break;
            case PaymentAbandoned body:
                _open.Remove(body.Payment);
                break;
            case SaleVoided body:
                if (_sales.TryGetValue(body.Sale, out var sale) && !sale.Voided)
                    _sales[body.Sale] = sale with { Voided = true };
                else
                    Find(header.Number, "voids a sale that is unknown or was voided before");
                foreach (var payment in body.Payments)
                    _atRisk.Remove(payment);
                Move(body.Lines.Select(line => (line.Sku, line.Quantity)));
                break;
            case SaleRefunded body:
                Move(body.Lines.Select(line => (line.Sku, line.Quantity)));
                break;
            case StockReceived body:
                Move(body.Lines.Select(line => (line.Sku, line.Quantity)));
                break;
            case StockCounted body:
                Move(body.Lines.Select(line => (line.Sku, line.Counted - line.Believed)));
                break;
            case StockWasted body:
                Move(body.Lines.Select(line => (line.Sku, -line.Quantity)));
                break;
            case TransferSent body:
                Move(body.Lines.Select(line => (line.Sku, -line.Quantity)));
                break;
            case TransferReceived body:
                Move(body.Lines.Select(line => (line.Sku, line.Quantity)));
                break;
            case InvoiceIssued body:
                if (body.Running != ++_invoice)
                    Find(header.Number, $"has invoice {body.InvoiceNumber}, where number {_invoice} follows");
                _invoice = body.Running;
                break;
            default:
                break;
        }
    }

    /// <summary>Compares what was recomputed with the tables.</summary>
    public IReadOnlyList<DamageFinding> Conclude()
    {
        foreach (var (payment, _) in _atRisk.ToList())
            if (payments.Find(payment) is { } row && !PaymentTable.IsAtRisk(row))
                _atRisk.Remove(payment);
        Compare("exposure", _atRisk.ToDictionary(p => p.Key.ToString(), p => $"{p.Value}"), database.All(
            "SELECT payment, amount, currency FROM exposure",
            row => (row.GetString(0), PaymentTable.MoneyAt(row, 1).ToString())));
        Compare("open attempts", _open.ToDictionary(id => id.ToString(), _ => ""), [.. payments.Open()
            .Select(attempt => (attempt.Payment.ToString(), ""))]);
        Compare("sales", _sales.ToDictionary(s => s.Key.ToString(), s => Describe(s.Value)), database.All(
            "SELECT sale, place, receipt_number, total, currency, voided IS NOT NULL FROM sale", ReadSale));
        Compare("stock movements", _moved.ToDictionary(m => m.Key, m => Describe(m.Value)), database.All(
            // Of deleted entries some movements stay until the back office's level contains them.
            "SELECT sku, sum(quantity) FROM movement m WHERE NOT EXISTS (SELECT 1 FROM pruned p "
                + "WHERE p.epoch = m.place >> 40 AND (m.place & 0xFFFFFFFFFF) <= p.number) GROUP BY sku",
            row => (row.GetString(0), Describe(row.GetInt64(1)))));
        return _findings;
    }

    private void LookAtSale(EntryHeader header, SaleCompleted body)
    {
        if (body.Receipt != ++_receipt
            || body.ReceiptNumber != SaleTable.ReceiptNumber(header.Journal, body.Receipt))
            Find(header.Number, $"has receipt number {body.ReceiptNumber}, where number {_receipt} follows");
        _receipt = body.Receipt;
        if (!_sales.TryAdd(body.Sale, (Place.Of(header), body, false)))
            Find(header.Number, "completes a sale that was completed before");
        Move(body.Lines.Select(line => (line.Sku, -line.Quantity)));
        foreach (var tender in body.Tenders)
        {
            if (tender.Payment is not { } card)
                continue;
            if (!_open.Remove(card.Payment))
                Find(header.Number, $"takes payment {card.Payment}, which has no open attempt");
            if (card.Approval == Approval.Deferred)
                _atRisk[card.Payment] = tender.Amount;
        }
    }

    /// <summary>What still lies beside an entry must be what the entry says.</summary>
    private void CheckAttachments(Entry entry)
    {
        var attachments = journal.Attachments(entry.Header.Journal, entry.Header.Number, out var fault);
        foreach (var attachment in attachments)
        {
            var expected = (entry.Body, attachment.Kind) switch
            {
                (PaymentAttempted body, AttachmentKind.SealedCard) => body.SealedDigest,
                (SaleCompleted body, AttachmentKind.Contact) => body.ContactDigest,
                (CustomerWritten body, AttachmentKind.Customer) => body.DataDigest,
                (InvoiceIssued body, AttachmentKind.InvoiceParty) => body.PartyDigest,
                (InvoiceIssued body, AttachmentKind.Contact) => body.ContactDigest,
                (InvoiceMailed body, AttachmentKind.Contact) => body.ContactDigest,
                _ => null,
            };
            if (attachment.Digest != expected)
                Find(entry.Header.Number, $"has another {attachment.Kind} beside it than it says");
        }
        if (fault is not null)
            Find(entry.Header.Number, fault);
    }

    private void Move(IEnumerable<(string Sku, long Quantity)> lines)
    {
        foreach (var (sku, quantity) in lines)
            _moved[sku] = _moved.GetValueOrDefault(sku) + quantity;
    }

    private void Compare(
        string what, Dictionary<string, string> expected, List<(string Key, string Value)> found)
    {
        foreach (var (key, value) in found)
            if (!expected.Remove(key, out var should))
                _findings.Add(
                    new DamageFinding(0, $"The table of {what} has {key}, which no entry accounts for."));
            else if (should != value)
                _findings.Add(new DamageFinding(
                    0, $"The table of {what} says '{value}' of {key}; the entries say '{should}'."));
        foreach (var missing in expected.Keys)
            _findings.Add(new DamageFinding(0, $"The table of {what} lacks {missing}."));
    }

    private void Find(long number, string what) =>
        _findings.Add(new DamageFinding(number, $"Entry {number} {what}."));

    private static (string, string) ReadSale(Row row) => (
        row.GetString(0),
        $"{row.GetInt64(1)} {row.GetString(2)} {PaymentTable.MoneyAt(row, 3)} {row.GetBoolean(5)}");

    private static string Describe((Place Place, SaleCompleted Body, bool Voided) sale) =>
        $"{Describe(sale.Place.Value)} {sale.Body.ReceiptNumber} {sale.Body.Total} {sale.Voided}";

    private static string Describe(long number) =>
        number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
