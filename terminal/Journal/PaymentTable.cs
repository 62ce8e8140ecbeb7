using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Payments and the exposure: which have no result, which no outcome. Within the caller's transaction.
/// </summary>
internal sealed class PaymentTable(Database database)
{
    private readonly ExposureTotals _totals = new();
    private const string Fields =
        "payment, sale, amount, currency, approval, state, receipt_number, response_code, "
        + "authorisation_code, retrieval_reference, at, outcome_at, available";

    private const string Columns = "SELECT " + Fields + " FROM payment ";

    /// <summary>By the index payment_lost, whose condition it has to say in the same numbers: deferred;
    /// declined, expired.</summary>
    private const string Lost = "WHERE approval = 3 AND state IN (5, 6) AND outcome_at >= $1";

    public void Attempted(Place place, PaymentAttempted body, DateTimeOffset at) => database.Run(
        "INSERT INTO payment (payment, sale, attempted, amount, currency, online, approval, state, at) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        body.Payment.ToString(), body.Sale.ToString(), place.Value, body.Amount.Minor,
        body.Amount.Currency.Code,
        body.Online, (int)Approval.None, (int)PaymentState.Attempted, at.ToUnixTimeMilliseconds());

    /// <summary>
    /// A payment became part of a sale; a deferred one is at risk from here on, unless its outcome came
    /// first.
    /// </summary>
    public void Accepted(Place place, SaleCompleted sale, Money amount, CardPayment card, DateTimeOffset at)
    {
        var state = card.Approval == Approval.Deferred ? PaymentState.Pending : PaymentState.Approved;
        var changed = database.First(
            "UPDATE payment SET finished = $2, approval = $3, state = iif(outcome_at IS NULL, $4, state), "
            + "receipt_number = $5, authorisation_code = coalesce($6, authorisation_code), "
            + "retrieval_reference = coalesce($7, retrieval_reference) WHERE payment = $1 "
            + "RETURNING " + Fields,
            ReadRow, card.Payment.ToString(), place.Value, (int)card.Approval, (int)state, sale.ReceiptNumber,
            card.AuthorisationCode, card.RetrievalReference);
        if (card.Approval == Approval.Deferred && changed is not null && IsAtRisk(changed))
            AddExposure(card.Payment, amount, at);
    }

    /// <summary>Declined, or refused before anything was asked; the latter needs no attempt.</summary>
    public void Failed(Place place, PaymentFailed body, DateTimeOffset at)
    {
        var state = body.ResponseCode is null ? PaymentState.Abandoned : PaymentState.Declined;
        database.Run(
            "INSERT INTO payment "
            + "(payment, sale, finished, amount, currency, online, approval, state, response_code, at) "
            + "VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9) ON CONFLICT (payment) DO UPDATE SET "
            + "finished = excluded.finished, state = excluded.state, response_code = excluded.response_code",
            body.Payment.ToString(), body.Sale.ToString(), place.Value, body.Amount.Minor,
            body.Amount.Currency.Code,
            (int)Approval.None, (int)state, body.ResponseCode, at.ToUnixTimeMilliseconds());
    }

    /// <summary>
    /// Given up; one that may have been asked is to be reversed by the back office, which tells of that once
    /// it is done. Of one that ended there already it tells nothing more: that state stays.
    /// </summary>
    public void Abandoned(Place place, PaymentAbandoned body)
    {
        var known = Find(body.Payment);
        var hasEnded = known?.OutcomeAt is not null && PaymentStates.IsFinal(known.State);
        database.Run(
            "UPDATE payment SET finished = $2, "
            + "state = CASE WHEN $5 THEN state WHEN online THEN $3 ELSE $4 END WHERE payment = $1",
            body.Payment.ToString(), place.Value, (int)PaymentState.Reversing, (int)PaymentState.Abandoned,
            hasEnded);
    }

    /// <summary>Its sale was voided: it is no longer at risk, whatever becomes of it.</summary>
    public void Voided(Id payment)
    {
        database.Run(
            "UPDATE payment SET state = CASE WHEN state = $2 AND NOT online THEN $3 ELSE $4 END "
            + "WHERE payment = $1 AND state IN ($2, $5, $6, $7)",
            payment.ToString(), (int)PaymentState.Pending, (int)PaymentState.Voided,
            (int)PaymentState.Reversing, (int)PaymentState.Asked, (int)PaymentState.Approved,
            (int)PaymentState.Batched);
        Release(payment);
    }

    /// <summary>Whether a deferred payment has no outcome that ends the risk.</summary>
    public static bool IsAtRisk(PaymentRow payment) =>
        payment.OutcomeAt is null || PaymentStates.IsOpen(payment.State);

    /// <summary>
    /// What the back office says became of it; answers false when this terminal never had it.
    /// </summary>
    public bool Outcome(Outcome outcome) => database.Run(
        "UPDATE payment SET state = $2, response_code = $3, "
        + "authorisation_code = coalesce($4, authorisation_code), "
        + "retrieval_reference = coalesce($5, retrieval_reference), outcome_at = $6, available = $7 "
        + "WHERE payment = $1",
        outcome.Payment.ToString(), (int)outcome.State, outcome.ResponseCode, outcome.AuthorisationCode,
        outcome.RetrievalReference, outcome.At.ToUnixTimeMilliseconds(), outcome.Available?.Minor) > 0;

    /// <summary>Whether nothing more is to happen with it, and its last entry lies no later.</summary>
    public bool EndedBy(Id payment, Place last) => database.Number(
        "SELECT 1 FROM payment WHERE payment = $1 AND finished <= $2 AND state NOT IN ($3, $4, $5, $6)",
        payment.ToString(), last.Value, (int)PaymentState.Attempted, (int)PaymentState.Pending,
        (int)PaymentState.Asked, (int)PaymentState.Reversing) == 1;

    public void Delete(Id payment) =>
        database.Run("DELETE FROM payment WHERE payment = $1", payment.ToString());

    /// <summary>Takes a payment out of the exposure.</summary>
    public void Release(Id payment)
    {
        var gone = database.First(
            "DELETE FROM exposure WHERE payment = $1 RETURNING amount, currency",
            row => new Exposure(MoneyAt(row, 0), 1), payment.ToString());
        if (gone is not null)
            _totals.Add(database, new Exposure(-gone.Amount, -gone.Count));
    }

    public PaymentRow? Find(Id payment) =>
        database.First(Columns + "WHERE payment = $1", ReadRow, payment.ToString());

    /// <summary>Null unless it was attempted and has no result.</summary>
    public PaymentRow? FindOpen(Id payment) => database.First(
        Columns + "WHERE payment = $1 AND attempted IS NOT NULL AND finished IS NULL", ReadRow,
        payment.ToString());

    /// <summary>Those attempted last first: rows are in the order in which they came.</summary>
    public List<PaymentRow> Newest(int most) =>
        database.All(Columns + "ORDER BY rowid DESC LIMIT $1", ReadRow, most);

    /// <summary>Those at risk, oldest first.</summary>
    public List<PaymentRow> Waiting(int most) => database.All(
        Columns + "WHERE payment IN (SELECT payment FROM exposure ORDER BY at, payment LIMIT $1) "
            + "ORDER BY at, payment", ReadRow, most);

    /// <summary>See <see cref="LostSince"/>; newest first.</summary>
    public List<PaymentRow> NewestLost(DateTimeOffset moment, int most) => database.All(
        Columns + Lost + " ORDER BY outcome_at DESC, payment LIMIT $2", ReadRow,
        moment.ToUnixTimeMilliseconds(), most);

    public List<OpenAttempt> Open() => database.All(
        "SELECT payment, sale, amount, currency, online, at, attempted FROM payment WHERE finished IS NULL "
        + "ORDER BY attempted",
        row => new OpenAttempt(
            Id.Parse(row.GetString(0)), Id.Parse(row.GetString(1)), MoneyAt(row, 2), row.GetBoolean(4),
            TimeAt(row, 5), new Place(row.GetInt64(6)).Number));

    /// <summary>
    /// Where its attempt lies and whether the back office was, or may have been, asked; null when unknown.
    /// </summary>
    public (Place Attempt, bool Online)? AttemptOf(Id payment)
    {
        var found = database.All(
            "SELECT attempted, online FROM payment WHERE payment = $1 AND attempted IS NOT NULL",
            row => (new Place(row.GetInt64(0)), row.GetBoolean(1)), payment.ToString());
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>Deferred payments whose goods are gone and that the bank, or the time, refused since
    /// then.</summary>
    public int LostSince(DateTimeOffset moment) =>
        (int)(database.Number("SELECT count(*) FROM payment " + Lost, moment.ToUnixTimeMilliseconds()) ?? 0);

    public bool IsOpen(Id payment) => database.Number(
        "SELECT 1 FROM payment WHERE payment = $1 AND attempted IS NOT NULL AND finished IS NULL",
        payment.ToString()) == 1;

    public Exposure Exposure(Currency currency) => _totals.Of(database, currency);

    public List<Exposure> Exposures() => _totals.All(database);

    public static Money MoneyAt(Row row, int column) =>
        new(row.GetInt64(column), Currency.Parse(row.GetString(column + 1)));

    public static DateTimeOffset TimeAt(Row row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private void AddExposure(Id payment, Money amount, DateTimeOffset at)
    {
        database.Run(
            "INSERT INTO exposure (payment, amount, currency, at) VALUES ($1, $2, $3, $4)",
            payment.ToString(), amount.Minor, amount.Currency.Code, at.ToUnixTimeMilliseconds());
        _totals.Add(database, new Exposure(amount, 1));
    }

    private static PaymentRow ReadRow(Row row) => new(
        Id.Parse(row.GetString(0)), Id.Parse(row.GetString(1)), MoneyAt(row, 2), (Approval)row.GetInt32(4),
        (PaymentState)row.GetInt32(5), TextAt(row, 6), TextAt(row, 7), TextAt(row, 8), TextAt(row, 9),
        TimeAt(row, 10), row.IsDBNull(11) ? null : TimeAt(row, 11))
    {
        Available = row.IsDBNull(12) ? null : new Money(row.GetInt64(12), MoneyAt(row, 2).Currency),
    };

    private static string? TextAt(Row row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
