using System.Text.Json.Nodes;
using CloudPos.Local.Demo;

namespace CloudPos.Local.Story;

/// <summary>
/// A sale as the customer and the cashier saw it end, from the document that the verb printed.
/// </summary>
/// <param name="Payments">Card payments of it: id, amount in minor units, how accepted.</param>
internal sealed record SeenSale(
    Till Till,
    string Receipt,
    long TotalMinor,
    IReadOnlyList<(string Sku, long Quantity)> Lines,
    IReadOnlyList<SeenPayment> Payments,
    string? Email)
{
    public bool IsVoided { get; set; }
}

internal sealed record SeenPayment(string Payment, long AmountMinor, string Approval);

/// <summary>A card that was not taken, and why the cashier was told.</summary>
internal sealed record SeenRefusal(Till Till, string Card, int ExitCode, string Reason, string Payment);

/// <summary>
/// What people saw during the story, written down outside the programs that did it: the checks compare
/// everything with this. Goods the shop began with, and each that came or went, are counted here by hand,
/// too.
/// </summary>
internal sealed class CashierBook
{
    private readonly List<SeenSale> _sales = [];
    private readonly List<SeenRefusal> _refusals = [];
    private readonly Dictionary<string, long> _stock = [];

    public IReadOnlyList<SeenSale> Sales => _sales;

    public IReadOnlyList<SeenRefusal> Refusals => _refusals;

    /// <summary>Quantity per product as it must be, by this book's own count.</summary>
    public IReadOnlyDictionary<string, long> Stock => _stock;

    public IEnumerable<SeenPayment> AcceptedPayments =>
        _sales.Where(sale => !sale.IsVoided).SelectMany(sale => sale.Payments);

    public void Open(IEnumerable<DemoProduct> products)
    {
        foreach (var product in products)
            _stock[product.Sku] = product.OpeningStock;
    }

    public SeenSale Sold(
        Till till, JsonNode document, IReadOnlyList<(string Sku, long Quantity)> lines, string? email)
    {
        var payments = document["tenders"]!.AsArray()
            .Where(tender => tender!["payment"] is not null)
            .Select(tender => new SeenPayment(
                (string)tender!["payment"]!, (long)tender["amount"]!["minor"]!, (string)tender["approval"]!));
        var sale = new SeenSale(
            till, (string)document["receiptNumber"]!, (long)document["total"]!["minor"]!, lines,
            [.. payments], email);
        _sales.Add(sale);
        foreach (var (sku, quantity) in lines)
            _stock[sku] -= quantity;
        return sale;
    }

    /// <summary>A cash sale whose verb did not come to its end, found on the terminal afterwards.</summary>
    public void Found(Till till, string receipt, (string Sku, long Quantity) line)
    {
        _sales.Add(new SeenSale(till, receipt, 0, [line], [], null));
        _stock[line.Sku] -= line.Quantity;
    }

    public void Voided(SeenSale sale)
    {
        sale.IsVoided = true;
        foreach (var (sku, quantity) in sale.Lines)
            _stock[sku] += quantity;
    }

    public void Received(string sku, long quantity) => _stock[sku] += quantity;

    public void Counted(string sku, long found) => _stock[sku] = found;

    public void Refused(Till till, string card, VerbEnd end)
    {
        var refused = end.Json?["refused"];
        _refusals.Add(new SeenRefusal(
            till, card, end.ExitCode, (string?)refused?["reason"] ?? "", (string?)refused?["payment"] ?? ""));
    }
}
