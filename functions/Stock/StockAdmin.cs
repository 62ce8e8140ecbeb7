using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Stock;

/// <summary>What people do with stock: set it, read it, see what counts have corrected.</summary>
internal sealed class StockAdmin(TablePort tables, Stores stores, StockMovements movements, TimeProvider time)
{
    public const long QuantityMax = 1_000_000_000;
    private const int LinesMax = 10_000;
    private const int CorrectionsMax = 500;

    /// <summary>Stands where a terminal's id does; no terminal can have it.</summary>
    private const string BackOfficeJournal = "-";

    /// <summary>GET /api/backoffice/stock/{store}</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (await StoreOf(call, cancel) is not { } store)
            return Answer.NotFound("such store");
        var lines = new List<StockLine>();
        var (from, to) = StockLevelRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Store, store.Id, from, to, cancel))
            lines.Add(new StockLine(row.Text("sku"), row.Number("quantity")));
        return Answer.Json(lines, StockJson.Default.IReadOnlyListStockLine);
    }

    /// <summary>
    /// PUT /api/backoffice/stores/{store}/stock: the figures that hold now, as if they had been counted.
    /// </summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        if (await StoreOf(call, cancel) is not { } store)
            return Answer.NotFound("such store");
        if (!call.TryRead(StockJson.Default.IReadOnlyListStockLine, out var lines, out var refusal))
            return refusal;
        if (lines.Count > LinesMax)
            return Answer.Refuse(ProblemCode.Malformed, "$", $"At most {LinesMax} products at once.");
        for (var index = 0; index < lines.Count; index++)
            if (lines[index] is { Sku.Length: 0 } or { Quantity: > QuantityMax or < -QuantityMax })
                return Answer.Refuse(
                    ProblemCode.Malformed, $"$[{index}]",
                    $"A line has an SKU and at most {QuantityMax} pieces.");
        // A repetition of the call is another count with the same figures: any unused number will do.
        var number = RandomNumberGenerator.GetInt32(int.MaxValue) + 1L;
        await movements.Apply(
            new StockEntry(
                store.Id, new JournalId(BackOfficeJournal, DaysSince2000()), number, time.GetUtcNow(),
                MovementKind.Opening, [.. lines.Select(line => new StockChange(line.Sku, line.Quantity))]),
            cancel);
        return await Get(call, cancel);
    }

    /// <summary>GET /api/backoffice/stock/{store}/corrections: the earliest moments first.</summary>
    public async Task<Answer> Corrections(Call call, CancellationToken cancel)
    {
        if (await StoreOf(call, cancel) is not { } store)
            return Answer.NotFound("such store");
        var found = new List<CorrectionLine>();
        var (from, to) = StockMovements.CorrectionKeys;
        await foreach (var row in tables.Range(TableNames.Store, store.Id, from, to, cancel))
        {
            var lines = JsonSerializer.Deserialize(
                row.Text("lines"), StockJson.Default.IReadOnlyListMovementLine)!;
            found.AddRange(lines.Select(line => new CorrectionLine(
                line.Sku, line.Correction, row.Time("at"), row.Text("terminal"), (int)row.Number("epoch"),
                row.Number("number"))));
            if (found.Count >= CorrectionsMax)
                break;
        }
        return Answer.Json(found, StockJson.Default.IReadOnlyListCorrectionLine);
    }

    private int DaysSince2000() =>
        (time.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).Days;

    private async Task<Store?> StoreOf(Call call, CancellationToken cancel) =>
        Names.IsStore(call.Route("store")) ? await stores.Find(call.Route("store"), cancel) : null;
}

/// <summary>A product's quantity in a store.</summary>
internal sealed record StockLine(string Sku, long Quantity);

/// <summary>
/// A count correction: a movement arrived after a count of a later moment had found its result, and was met
/// by this.
/// </summary>
/// <param name="At">The movement's moment.</param>
internal sealed record CorrectionLine(
    string Sku, long Quantity, DateTimeOffset At, string Terminal, int Epoch, long Number);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(IReadOnlyList<StockLine>))]
[JsonSerializable(typeof(IReadOnlyList<CorrectionLine>))]
[JsonSerializable(typeof(IReadOnlyList<MovementLine>))]
[JsonSerializable(typeof(IReadOnlyList<TransferListed>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class StockJson : JsonSerializerContext;

/// <summary>Keeps stock.</summary>
internal static class StockRoom
{
    public static IServiceCollection AddStock(this IServiceCollection services) => services
        .AddSingleton<StockMovements>()
        .AddSingleton<Transfers>()
        .AddSingleton<TransferAdmin>()
        .AddSingleton<NeedsLook>()
        .AddSingleton<StockAdmin>();

    public static void MapStock(this FunctionTable functions)
    {
        const string stock = "/api/backoffice/stock/{store}";
        var all = Access.People(Role.Manager, Role.Finance, Role.Support);
        functions.Http<StockAdmin>("stock-get", "GET", stock, all, admin => admin.Get);
        functions.Http<StockAdmin>(
            "stock-corrections", "GET", stock + "/corrections", all, a => a.Corrections);
        functions.Http<TransferAdmin>(
            "transfers-get", "GET", stock + "/transfers", all, admin => admin.Get);
        functions.Http<NeedsLook>(
            "look", "GET", "/api/backoffice/merchants/{merchant}/look", all, look => look.Get);
        functions.Http<StockAdmin>(
            "stock-put", "PUT", "/api/backoffice/stores/{store}/stock", Access.People(Role.Manager),
            admin => admin.Put);
    }
}
