using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>What a payment of a scheme costs from a date on.</summary>
/// <param name="From">The first settlement date for which it holds.</param>
/// <param name="HundredthsOfBasisPoint">20,000 is 2 %: fees are agreed to four decimals of a percent.</param>
/// <param name="FixedMinor">For each payment, in minor units.</param>
/// <param name="Card">Null is every kind for which no other line stands.</param>
internal sealed record FeeLine(
    Scheme Scheme, string Currency, DateOnly From, int HundredthsOfBasisPoint, long FixedMinor = 0,
    CardKind? Card = null);

/// <summary>What the acquirer charges on top of each chargeback from a date on.</summary>
/// <param name="From">The first date of receipt for which it holds.</param>
/// <param name="Scheme">Null is every scheme for which no other line stands.</param>
/// <param name="Acquirer">Null is every acquirer for which no other line stands.</param>
internal sealed record CaseFeeLine(
    string Currency, DateOnly From, long FixedMinor, Scheme? Scheme = null, string? Acquirer = null);

/// <summary>PUT fees/{merchant}: the whole table.</summary>
internal sealed record FeeTable(IReadOnlyList<FeeLine> Lines)
{
    private const long Whole = 1_000_000;
    private const int NameLengthMax = 40;

    /// <summary>Null in tables that say nothing of them.</summary>
    public IReadOnlyList<CaseFeeLine>? Chargebacks { get; init; }

    public static FeeTable Empty { get; } = new([]);

    /// <summary>
    /// The fee of a payment, rounded half away from zero; null where no line says what it costs. The line of
    /// its kind of card comes before that of every kind, and of those the latest that has begun.
    /// </summary>
    public Money? Of(Money amount, Scheme scheme, CardKind card, DateOnly settlementDate)
    {
        var line = Lines.Where(line => line.Scheme == scheme && line.Currency == amount.Currency.Code
                && line.From <= settlementDate && (line.Card is null || line.Card == card))
            .OrderBy(line => line.Card is null).ThenByDescending(line => line.From).FirstOrDefault();
        return line is null
            ? null
            : amount.Share(line.HundredthsOfBasisPoint, Whole) + new Money(line.FixedMinor, amount.Currency);
    }

    /// <summary>
    /// The fee for a chargeback; null where no line says it. A line of its acquirer comes before one of every
    /// acquirer, then one of its scheme before one of every scheme, then the latest that has begun.
    /// </summary>
    public Money? OfCase(Scheme? scheme, string? acquirer, Currency currency, DateOnly receivedOn) =>
        (Chargebacks ?? []).Where(line => line.Currency == currency.Code && line.From <= receivedOn
                && (line.Scheme is null || line.Scheme == scheme)
                && (line.Acquirer is null || line.Acquirer == acquirer))
            .OrderBy(line => line.Acquirer is null).ThenBy(line => line.Scheme is null)
            .ThenByDescending(line => line.From).FirstOrDefault() is { } line
            ? new Money(line.FixedMinor, currency)
            : null;

    /// <summary>The first thing that is wrong, or null.</summary>
    public (string Field, string Sentence)? Fault() => FaultOfLines() ?? FaultOfCases();

    private (string Field, string Sentence)? FaultOfCases()
    {
        if (Chargebacks is null)
            return null;
        if (Chargebacks.Count > FeeTables.LinesMax)
            return ("chargebacks", $"A table has at most {FeeTables.LinesMax} lines.");
        for (var i = 0; i < Chargebacks.Count; i++)
        {
            var line = Chargebacks[i];
            var place = $"chargebacks[{i}]";
            if (line.Scheme is { } scheme && !Enum.IsDefined(scheme))
                return (place, "The scheme or the kind of card is not known here.");
            if (!CloudPos.Currency.TryParse(line.Currency, out _))
                return ($"{place}.currency", "This is no currency that is known here.");
            if (line.FixedMinor is <= 0 or > Whole)
                return (place, "A fee for a chargeback is above zero, and no more than 1,000,000.");
            if (line.Acquirer is { Length: 0 or > NameLengthMax })
                return ($"{place}.acquirer", $"An acquirer's name has 1 to {NameLengthMax} characters.");
            if (Chargebacks.Take(i).Any(other => (other.Scheme, other.Acquirer, other.Currency, other.From)
                == (line.Scheme, line.Acquirer, line.Currency, line.From)))
                return (place, "An earlier line says the same scheme, acquirer, currency and date.");
        }
        return null;
    }

    private (string Field, string Sentence)? FaultOfLines()
    {
        if (Lines.Count > FeeTables.LinesMax)
            return ("lines", $"A table has at most {FeeTables.LinesMax} lines.");
        for (var i = 0; i < Lines.Count; i++)
        {
            var line = Lines[i];
            var place = $"lines[{i}]";
            if (!Enum.IsDefined(line.Scheme) || line.Card is { } card && !Enum.IsDefined(card))
                return (place, "The scheme or the kind of card is not known here.");
            if (!CloudPos.Currency.TryParse(line.Currency, out _))
                return ($"{place}.currency", "This is no currency that is known here.");
            if (line.HundredthsOfBasisPoint is < 0 or > (int)Whole || line.FixedMinor is < 0 or > Whole)
                return (place, "A fee is between nothing and all of the amount.");
            if (Lines.Take(i).Any(other => (other.Scheme, other.Card, other.Currency, other.From)
                == (line.Scheme, line.Card, line.Currency, line.From)))
                return (place, "An earlier line says the same scheme, card, currency and date.");
        }
        return null;
    }
}

/// <summary>
/// Keeps each merchant's fees, row <c>fees</c> of its partition. What a payment costs is fixed when its batch
/// is sealed, so a new table changes no batch that there is.
/// </summary>
internal sealed class FeeTables(TablePort tables, Merchants merchants)
{
    public const int LinesMax = 500;
    private const string Key = "fees";

    public async Task<FeeTable> Find(string merchant, CancellationToken cancel) =>
        await tables.Get(TableNames.Merchant, merchant, Key, cancel) is { } row
            ? JsonSerializer.Deserialize(row.Chunked("lines"), FundingJson.Default.FeeTable)!
            : FeeTable.Empty;

    /// <summary>PUT /api/backoffice/merchants/{merchant}/fees</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || await merchants.Find(merchant, cancel) is null)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(FundingJson.Default.FeeTable, out var table, out var refusal))
            return refusal;
        if (table.Fault() is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, merchant, Key, cancel) ?? new Row(merchant, Key);
            row.SetChunks(
                "lines", JsonSerializer.SerializeToUtf8Bytes(table, FundingJson.Default.FeeTable));
            return await tables.TryCommit(
                TableNames.Merchant, merchant,
                [row.ETag is null ? Change.Insert(row) : Change.Replace(row)], cancel) is null;
        });
        return Answer.Json(table, FundingJson.Default.FeeTable);
    }

    /// <summary>GET of the same path.</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel) =>
        Names.IsMerchant(call.Route("merchant"))
            ? Answer.Json(await Find(call.Route("merchant"), cancel), FundingJson.Default.FeeTable)
            : Answer.NotFound("such merchant");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FeeTable))]
[JsonSerializable(typeof(StatementResult))]
[JsonSerializable(typeof(IReadOnlyList<BatchShare>))]
[JsonSerializable(typeof(IReadOnlyList<KeptEntry>))]
[JsonSerializable(typeof(FourWayView))]
internal sealed partial class FundingJson : JsonSerializerContext;
