using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// What goes back to cards, each under the id by which the back office asks for it, and what became of it.
/// Within the caller's transaction.
/// </summary>
internal sealed class RefundPaymentTable(Database database)
{
    private const string Columns =
        "SELECT refund, sale, amount, currency, state, response_code, outcome_at FROM refund_payment ";

    /// <summary>By the index refund_refused, whose condition it has to say in the same numbers: declined,
    /// expired.</summary>
    private const string Refused =
        "SELECT count(*) FROM refund_payment WHERE state IN (5, 6) AND outcome_at >= $1";

    public void Given(Place place, SaleRefunded body)
    {
        foreach (var tender in body.Tenders)
            if (tender.Refund is { } refund)
                database.Run(
                    "INSERT INTO refund_payment (refund, sale, place, amount, currency, state) "
                    + "VALUES ($1, $2, $3, $4, $5, $6)",
                    refund.ToString(), body.Sale.ToString(), place.Value, tender.Amount.Minor,
                    tender.Amount.Currency.Code, (int)PaymentState.Pending);
    }

    /// <summary>
    /// What the back office says became of it; answers false when this terminal never gave it.
    /// </summary>
    public bool Outcome(Outcome outcome) => database.Run(
        "UPDATE refund_payment SET state = $2, response_code = $3, outcome_at = $4 WHERE refund = $1",
        outcome.Payment.ToString(), (int)outcome.State, outcome.ResponseCode,
        outcome.At.ToUnixTimeMilliseconds()) > 0;

    /// <summary>In the order in which they were given.</summary>
    public List<RefundPayment> Of(Id sale) =>
        database.All(Columns + "WHERE sale = $1 ORDER BY place, refund", Read, sale.ToString());

    /// <summary>Newest first.</summary>
    public List<RefundPayment> Newest(int most) =>
        database.All(Columns + "ORDER BY place DESC, refund LIMIT $1", Read, most);

    /// <summary>Those that the card's bank refused since then: the customer has no money yet.</summary>
    public int RefusedSince(DateTimeOffset moment) => (int)(database.Number(
        Refused, moment.ToUnixTimeMilliseconds()) ?? 0);

    public void Delete(Id refund) =>
        database.Run("DELETE FROM refund_payment WHERE refund = $1", refund.ToString());

    private static RefundPayment Read(Row row) => new(
        Id.Parse(row.GetString(0)), Id.Parse(row.GetString(1)), PaymentTable.MoneyAt(row, 2),
        (PaymentState)row.GetInt32(4), row.IsDBNull(5) ? null : row.GetString(5),
        row.IsDBNull(6) ? null : PaymentTable.TimeAt(row, 6));
}
