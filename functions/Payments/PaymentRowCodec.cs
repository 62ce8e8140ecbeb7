using System.Globalization;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Payments;

/// <summary>Payments as rows and back.</summary>
internal static class PaymentRowCodec
{
    public const string KeyPrefix = "p.";

    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Set by the feed, which remembers there where it told of the payment.</summary>
    private const string Feed = "feed";

    public static string KeyOf(Id payment) => KeyPrefix + payment;

    public static Row ToRow(this PaymentRow payment)
    {
        var row = new Row(payment.Terminal, KeyOf(payment.Payment))
        {
            ETag = payment.Stored?.ETag,
            [Feed] = payment.Stored?[Feed] ?? default,
            ["state"] = (int)payment.State,
            ["sealed"] = payment.Sealed,
            ["reference"] = payment.Reference,
            ["referenceUntil"] = payment.ReferenceUntil,
            ["batch"] = payment.Batch,
            ["partOnly"] = payment.PartOnly ? true : default(Value),
            ["denyOwed"] = payment.DenyOwed,
            ["takenBack"] = payment.TakenBack ? true : default(Value),
            ["held"] = payment.Held,
            ["differing"] = payment.DifferingCount,
            ["history"] = JsonSerializer.Serialize(
                payment.History, PaymentsJson.Default.IReadOnlyListPaymentEvent),
        };
        Write(row, payment.Facts);
        Write(row, payment.Accepted);
        Write(row, payment.Asked);
        Write(row, payment.Answer);
        Write(row, payment.Reversal);
        Write(row, payment.Origin);
        return row;
    }

    public static PaymentRow From(Row row) => new()
    {
        Terminal = row.Partition,
        Payment = Id.Parse(row.Key.AsSpan(KeyPrefix.Length)),
        State = (PaymentState)row.Number("state"),
        Facts = Facts(row),
        Accepted = Accepted(row),
        Sealed = row.BytesOrNull("sealed"),
        Reference = row.BytesOrNull("reference"),
        ReferenceUntil = row.TimeOrNull("referenceUntil"),
        Asked = Asked(row),
        Answer = Answer(row),
        Reversal = Reversal(row),
        Origin = Origin(row),
        Batch = row.TextOrNull("batch"),
        PartOnly = row.FlagOrFalse("partOnly"),
        DenyOwed = row.FlagOrFalse("denyOwed"),
        TakenBack = row.FlagOrFalse("takenBack"),
        Held = row.TextOrNull("held"),
        DifferingCount = (int)row.Number("differing"),
        History = JsonSerializer.Deserialize(
            row.Text("history"), PaymentsJson.Default.IReadOnlyListPaymentEvent)
            ?? [],
        Stored = row,
    };

    private static void Write(Row row, PaymentFacts? facts)
    {
        if (facts is null)
            return;
        row["merchant"] = facts.Merchant;
        row["store"] = facts.Store;
        row["epoch"] = facts.Epoch;
        row["sale"] = facts.Sale.ToString();
        row["amountMinor"] = facts.Amount.Minor;
        row["requestedMinor"] = facts.Requested?.Minor;
        row["currency"] = facts.Amount.Currency.Code;
        row["attemptAt"] = facts.AttemptAt;
        row["attemptOffset"] = (int)facts.AttemptAt.TotalOffsetMinutes;
        row["sealedDigest"] = facts.SealedDigest;
        row["scheme"] = (int)facts.Scheme;
        row["mode"] = (int)facts.Mode;
        row["lastFour"] = facts.LastFour;
    }

    private static PaymentFacts? Facts(Row row) => !row.Has("merchant") ? null : new PaymentFacts(
        row.Text("merchant"), row.Text("store"), (int)row.Number("epoch"), Id.Parse(row.Text("sale")),
        new Money(row.Number("amountMinor"), Currency.Parse(row.Text("currency"))),
        row.Time("attemptAt").ToOffset(TimeSpan.FromMinutes(row.Number("attemptOffset"))),
        row.TextOrNull("sealedDigest"), (Scheme)row.Number("scheme"), (EntryMode)row.Number("mode"),
        row.Text("lastFour"))
    {
        Requested = row.NumberOrNull("requestedMinor") is { } requested
            ? new Money(requested, Currency.Parse(row.Text("currency")))
            : null,
    };

    private static void Write(Row row, AcceptedSale? sale)
    {
        if (sale is null)
            return;
        row["approval"] = (int)sale.Approval;
        row["businessDate"] = Text(sale.BusinessDate);
        row["receiptNumber"] = sale.ReceiptNumber;
        row["cardKind"] = (int)sale.Card;
    }

    private static AcceptedSale? Accepted(Row row) => !row.Has("approval") ? null : new AcceptedSale(
        (Approval)row.Number("approval"), Date(row.Text("businessDate")), row.Text("receiptNumber"))
    {
        Card = (CardKind)(row.NumberOrNull("cardKind") ?? 0),
    };

    private static void Write(Row row, AskedRequest? asked)
    {
        if (asked is null)
            return;
        row["acquirer"] = asked.Acquirer;
        row["stan"] = asked.Stan;
        row["retrievalReference"] = asked.RetrievalReference;
        row["transmittedAt"] = asked.TransmittedAt;
        row["askedDeferred"] = asked.IsDeferred;
        row["askedUntil"] = asked.Until;
        row["askedCount"] = asked.Count;
        row["askedPart"] = asked.TakesPart ? true : default(Value);
    }

    private static AskedRequest? Asked(Row row) => !row.Has("stan") ? null : new AskedRequest(
        row.Text("acquirer"), (int)row.Number("stan"), row.Text("retrievalReference"),
        row.Time("transmittedAt"),
        row.Flag("askedDeferred"), row.Time("askedUntil"), (int)row.Number("askedCount"))
    {
        TakesPart = row.FlagOrFalse("askedPart"),
    };

    private static void Write(Row row, PaymentAnswer? answer)
    {
        if (answer is null)
            return;
        row["responseCode"] = answer.ResponseCode;
        row["meaning"] = (int)answer.Meaning;
        row["authorisationCode"] = answer.AuthorisationCode;
        row["settlementDate"] = answer.SettlementDate is { } date ? Text(date) : null;
        row["answeredAt"] = answer.At;
        row["availableMinor"] = answer.AvailableMinor;
    }

    private static PaymentAnswer? Answer(Row row) => !row.Has("responseCode") ? null : new PaymentAnswer(
        row.Text("responseCode"), (CodeMeaning)row.Number("meaning"), row.TextOrNull("authorisationCode"),
        row.TextOrNull("settlementDate") is { } date ? Date(date) : null, row.Time("answeredAt"))
    {
        AvailableMinor = row.NumberOrNull("availableMinor"),
    };

    private static void Write(Row row, PaymentReversal? reversal)
    {
        if (reversal is null)
            return;
        row["reversalStan"] = reversal.Stan;
        row["reversalAt"] = reversal.TransmittedAt;
        row["reversalUntil"] = reversal.Until;
        row["reversalCount"] = reversal.Count;
        row["reversalCode"] = reversal.ResponseCode;
        row["reversalDate"] = reversal.SettlementDate is { } date ? Text(date) : null;
        if (reversal.FoundMoney is { } found)
            row["reversalFound"] = found;
    }

    private static PaymentReversal? Reversal(Row row) =>
        !row.Has("reversalStan") ? null : new PaymentReversal(
        (int)row.Number("reversalStan"), row.Time("reversalAt"), row.Time("reversalUntil"),
        (int)row.Number("reversalCount"), row.TextOrNull("reversalCode"),
        row.TextOrNull("reversalDate") is { } date ? Date(date) : null)
    {
        FoundMoney = row.Has("reversalFound") ? row.Flag("reversalFound") : null,
    };

    private static void Write(Row row, PaymentOrigin? origin)
    {
        if (origin is null)
            return;
        row["originKind"] = (int)origin.Kind;
        row["originPayment"] = origin.Payment.ToString();
        row["originNumber"] = origin.Number;
        row["originAcquirer"] = origin.Acquirer;
        row["originGivenAt"] = origin.GivenAt;
    }

    private static PaymentOrigin? Origin(Row row) => !row.Has("originKind") ? null : new PaymentOrigin(
        (OriginKind)row.Number("originKind"), Id.Parse(row.Text("originPayment")),
        (int)row.Number("originNumber"))
    {
        Acquirer = row.TextOrNull("originAcquirer"),
        GivenAt = row.TextOrNull("originGivenAt"),
    };

    private static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) =>
        DateOnly.ParseExact(text, DateFormat, CultureInfo.InvariantCulture);
}
