using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// The newest comparison of a cycle, row <c>x.{date}.{acquirer}</c> beside the cycle's own. It is about the
/// batches up to <paramref name="Through"/>; a later question to the acquirer does not change it.
/// </summary>
/// <param name="Faults">Lines of the listing that could not be read.</param>
internal sealed record ListingComparison(
    string Cycle, DateTimeOffset At, string By, int Through, int Listed,
    IReadOnlyList<PaymentDifference> Differences, IReadOnlyList<FileFault> Faults)
{
    public const string KeyPrefix = "x.";

    public static async Task<ListingComparison?> Find(
        TablePort tables, Cycle cycle, CancellationToken cancel) =>
        await tables.Get(
            TableNames.Batch, CycleRow.PartitionOf(cycle.Merchant, cycle.Currency),
            KeyPrefix + cycle.Place, cancel) is { } row
            ? JsonSerializer.Deserialize(row.Chunked("comparison"), ComparisonJson.Default.ListingComparison)
            : null;
}

/// <summary>
/// Compares a cycle with the acquirer's listing of it, which a finance person uploads: the totals say that
/// something differs, and this says which payments.
/// </summary>
internal sealed class CompareListing(
    TablePort tables, ClearingBatches batches, ClearingOwed owed, MerchantPayments merchants,
    ReportVersions reports, TimeProvider time)
{
    private const int DifferencesMax = 2_000;

    /// <summary>
    /// POST /api/backoffice/cycles/{merchant}/{currency}/{date}/listing?acquirer=: the file as it is. The
    /// acquirer is to be named where the date was cleared with several.
    /// </summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        var (row, refusal) = await CycleOf(call, cancel);
        if (row is null)
            return refusal ?? Answer.NotFound("such settlement cycle");
        var cycle = row.Cycle;
        var (lines, faults) = Listing.Read(call.Body);
        if (lines.Count == 0 && faults.Count > 0)
            return Answer.Refuse(
                ProblemCode.Malformed, $"line {faults[0].Line}", faults[0].What);
        if (!lines.Any(line => line.SettlementDate == cycle.Date && line.Amount.Currency == cycle.Currency))
            return Answer.Refuse(
                ProblemCode.Malformed, "settlementDate",
                "The file lists nothing of this settlement date and currency; nothing was compared.");
        var compared = await Compare(row, lines, faults, call.Person?.Name ?? "", cancel);
        return Answer.Json(compared, ComparisonJson.Default.ListingComparison);
    }

    /// <summary>GET of the same path: the newest comparison.</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var (row, refusal) = await CycleOf(call, cancel);
        return refusal
            ?? (row is not null && await ListingComparison.Find(tables, row.Cycle, cancel) is { } compared
                ? Answer.Json(compared, ComparisonJson.Default.ListingComparison)
                : Answer.NotFound("such comparison; upload the acquirer's listing"));
    }

    public async Task<ListingComparison> Compare(
        CycleRow row, IReadOnlyList<ListedLine> lines, IReadOnlyList<FileFault> faults, string by,
        CancellationToken cancel)
    {
        var cycle = row.Cycle;
        var claimed = await Claimed(row, cancel);
        var unclaimed = lines.Where(line => line.SettlementDate == cycle.Date)
            .ExceptBy(claimed.Select(one => Name(one.Line)), Name).ToList();
        var known = new Dictionary<(ListedKind, string, string), (Id?, DateOnly?, string)>();
        var terminals = (await merchants.TerminalsOf(cycle.Merchant, cancel))
            .Select(terminal => terminal.Terminal).ToHashSet(StringComparer.Ordinal);
        foreach (var line in unclaimed.Take(DifferencesMax))
            known[Name(line)] = terminals.Contains(line.Terminal)
                ? await Elsewhere(cycle, line, cancel)
                : (null, null, "The terminal is none of this merchant's.");
        var differences = Comparison.Of(cycle, claimed, lines, line =>
            known.GetValueOrDefault(Name(line), (null, null, "Listed by the acquirer, not claimed here.")));
        var compared = new ListingComparison(
            cycle.ToString(), time.GetUtcNow(), by, row.Sequence, lines.Count,
            [.. differences.Take(DifferencesMax)], faults);
        await Keep(cycle, compared, cancel);
        foreach (var head in await batches.Heads(row, cancel))
            foreach (var date in head.Dates)
                await reports.RefreshIfClosed(cycle.Merchant, date, cancel);
        return compared;
    }

    /// <summary>What the question to the acquirer claims, one line each.</summary>
    private async Task<IReadOnlyList<ClaimedLine>> Claimed(CycleRow row, CancellationToken cancel)
    {
        var claimed = new List<ClaimedLine>();
        foreach (var head in await batches.Heads(row, cancel))
            if (head.State != BatchState.Open)
                foreach (var member in await batches.Members(head.Id, cancel))
                    claimed.Add(new ClaimedLine(member.Payment, new ListedLine(
                        member.AmountMinor < 0 ? ListedKind.Refund : ListedKind.Purchase, member.Terminal,
                            member.RetrievalReference,
                        member.AuthorisationCode, new Money(Math.Abs(member.AmountMinor), row.Cycle.Currency),
                        row.Cycle.Date)));
        foreach (var undone in await owed.Undone(row.Cycle, cancel))
            if (await Payment(undone.Terminal, undone.Payment, cancel) is { } payment)
                claimed.Add(new ClaimedLine(undone.Payment, new ListedLine(
                    KindOf(undone), undone.Terminal,
                    payment.Asked?.RetrievalReference ?? "", payment.Answer?.AuthorisationCode ?? "",
                    new Money(Math.Abs(undone.AmountMinor), row.Cycle.Currency), row.Cycle.Date)));
        return claimed;
    }

    private static ListedKind KindOf(UndonePayment undone) => (undone.AmountMinor < 0,
        undone.IsReversal) switch
    {
        (false, false) => ListedKind.Purchase,
        (false, true) => ListedKind.PurchaseReversal,
        (true, false) => ListedKind.Refund,
        (true, true) => ListedKind.RefundReversal,
    };

    /// <summary>What is known of a payment that was asked for under this reference.</summary>
    private async Task<(Id? Payment, DateOnly? ClaimedOn, string Where)> Elsewhere(
        Cycle cycle, ListedLine line, CancellationToken cancel)
    {
        // What a file says becomes part of a key only if it has the shape of one.
        if (line.RetrievalReference.Length != RetrievalReference.Length
            || !line.RetrievalReference.All(char.IsAsciiDigit))
            return (null, null, "Its reference is none of ours.");
        var index = await tables.Get(
            TableNames.Terminal, line.Terminal, Asking.ReferenceKey(line.RetrievalReference), cancel);
        if (index is null || !Id.TryParse(index.Text("payment"), out var id)
            || await Payment(line.Terminal, id, cancel) is not { } payment)
            return (null, null, "No payment was asked for here under this reference.");
        if (payment.Batch is { } name && BatchId.TryParse(name, out var batch))
            return owed.AcquirerOf(batch!.Cycle) == owed.AcquirerOf(cycle)
                ? (id, batch.Cycle.Date, "")
                : (id, null, $"It is claimed from acquirer {owed.AcquirerOf(batch.Cycle)}.");
        return (id, null, payment.Accepted is null && payment.State == PaymentState.Approved
            ? "Approved here, but its sale has not arrived, so it is in no batch."
            : $"Here it is {payment.State}, in no batch.");
    }

    private async Task<PaymentRow?> Payment(string terminal, Id payment, CancellationToken cancel) =>
        await tables.Get(
            TableNames.Terminal, terminal, PaymentRowCodec.KeyOf(payment), cancel) is { } row
            ? PaymentRowCodec.From(row)
            : null;

    private Task Keep(Cycle cycle, ListingComparison compared, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Batch, Partition(cycle), KeyOf(cycle), cancel)
                ?? new Row(Partition(cycle), KeyOf(cycle));
            row.SetChunks("comparison", JsonSerializer.SerializeToUtf8Bytes(
                compared, ComparisonJson.Default.ListingComparison));
            return await tables.TryCommit(
                TableNames.Batch, Partition(cycle),
                [row.ETag is null ? Change.Insert(row) : Change.Replace(row)], cancel) is null;
        });

    private async Task<(CycleRow? Row, Answer? Refusal)> CycleOf(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant")) || !Dates.TryParse(call.Route("date"), out var date)
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return (null, null);
        var ofDate = (await batches.Cycles(call.Route("merchant"), currency, cancel, date))
            .Where(row => row.Cycle.Date == date).ToList();
        if (call.Query("acquirer") is { } acquirer)
            return (ofDate.Find(row => owed.AcquirerOf(row.Cycle) == acquirer), null);
        return ofDate.Count <= 1 ? (ofDate.FirstOrDefault(), null) : (null, Answer.Refuse(
            ProblemCode.Malformed, "acquirer",
            "The date was cleared with several acquirers; say whose listing it is: "
            + string.Join(", ", ofDate.Select(row => owed.AcquirerOf(row.Cycle))) + "."));
    }

    private static (ListedKind, string, string) Name(ListedLine line) =>
        (line.Kind, line.Terminal, line.RetrievalReference);

    private static string Partition(Cycle cycle) => CycleRow.PartitionOf(cycle.Merchant, cycle.Currency);

    private static string KeyOf(Cycle cycle) => ListingComparison.KeyPrefix + cycle.Place;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ListingComparison))]
internal sealed partial class ComparisonJson : JsonSerializerContext;
