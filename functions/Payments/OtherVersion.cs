using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Payments;

/// <summary>
/// What was told under the id of a payment that was there already, with other content: kept for a person to
/// compare, row <c>d.{payment}.{n}</c>. It changed nothing.
/// </summary>
/// <param name="At">When it came first; null in rows of older releases.</param>
/// <param name="Field">The first field in which it differs; null in rows of older releases.</param>
internal sealed record OtherVersion(
    DateTimeOffset? At, string? Field, string Merchant, string Store, int Epoch, Id Sale, Money Amount,
    DateTimeOffset AttemptAt, string? SealedDigest, Scheme Scheme, string LastFour)
{
    public static OtherVersion Of(Row row)
    {
        var facts = JsonSerializer.Deserialize(row.Text("facts"), PaymentsJson.Default.PaymentFacts)
            ?? throw new RowShapeException($"Row {row} holds no payment.");
        return new OtherVersion(
            row.TimeOrNull("at"), row.TextOrNull("field"), facts.Merchant, facts.Store, facts.Epoch,
            facts.Sale, facts.AskedFor, facts.AttemptAt, facts.SealedDigest, facts.Scheme, facts.LastFour);
    }
}
