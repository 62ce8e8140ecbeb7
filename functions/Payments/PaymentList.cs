using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// GET /api/backoffice/payments?terminal=&amp;state=&amp;held=true&amp;differing=true: payments for people,
/// of one terminal or of all; those that a person has to look at, and those told again with other content.
/// </summary>
internal sealed class PaymentList(PaymentStore store, Register register, PaymentOptions options)
{
    private const int LinesMax = 10_000;

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        PaymentState? state = null;
        if (call.Query("state") is { Length: > 0 } text)
        {
            if (!Enum.TryParse<PaymentState>(text, ignoreCase: true, out var parsed)
                || !Enum.IsDefined(parsed))
                return Answer.Refuse(ProblemCode.Malformed, "state", "There is no such state of a payment.");
            state = parsed;
        }
        var (onlyHeld, onlyDiffering) = (call.Query("held") == "true", call.Query("differing") == "true");
        var one = call.Query("terminal") ?? "";
        if (one.Length > 0 && !Names.IsTerminal(one))
            return Answer.Refuse(
                ProblemCode.Malformed, "terminal", "A terminal has eight capitals and digits.");

        var lines = new List<PaymentLine>();
        var terminals = one.Length > 0 ? [one] : await register.List(Register.Terminals, cancel);
        foreach (var terminal in terminals)
            await foreach (var payment in store.All(terminal, cancel))
            {
                if ((state is not null && payment.State != state) || (onlyHeld && payment.Held is null)
                    || (onlyDiffering && payment.DifferingCount == 0))
                    continue;
                if (lines.Count == LinesMax)
                    return Answer.Refuse(
                        ProblemCode.TooLarge, "terminal", $"More than {LinesMax} payments: name a terminal.");
                var line = LineOf(payment);
                lines.Add(payment.DifferingCount == 0
                    ? line
                    : line with { Others = await store.OthersOf(payment, cancel) });
            }
        return Answer.Json(lines, PaymentsJson.Default.IReadOnlyListPaymentLine);
    }

    private PaymentLine LineOf(PaymentRow payment) => new(
        payment.Payment, payment.Facts?.Sale, payment.Terminal, payment.Facts?.Merchant, payment.Facts?.Store,
        payment.Amount, payment.Facts?.Scheme, payment.Facts?.LastFour,
        payment.Accepted?.Approval ?? Approval.None,
        payment.State, payment.Answer?.ResponseCode, payment.Answer?.AuthorisationCode,
        payment.Asked?.RetrievalReference, payment.Answer?.SettlementDate, payment.Accepted?.BusinessDate,
        payment.Accepted?.ReceiptNumber, payment.Accepted is not null, payment.Batch, payment.Held,
        payment.DifferingCount, payment.History)
    {
        SubmitBy = options.Deadlines.Of(payment),
        RetryOf = payment.Origin?.Payment,
    };
}

/// <summary>A payment for people. No part of the card but scheme and last four.</summary>
/// <param name="SaleSeen">Its sale has arrived; without it an approval is listed and not batched.</param>
/// <param name="Held">Why a person has to look; null when nobody has to.</param>
/// <param name="Differing">Other versions of it that are kept for review.</param>
internal sealed record PaymentLine(
    Id Payment,
    Id? Sale,
    string Terminal,
    string? Merchant,
    string? Store,
    Money? Amount,
    Scheme? Scheme,
    string? LastFour,
    Approval Approval,
    PaymentState State,
    string? ResponseCode,
    string? AuthorisationCode,
    string? RetrievalReference,
    DateOnly? SettlementDate,
    DateOnly? BusinessDate,
    string? ReceiptNumber,
    bool SaleSeen,
    string? Batch,
    string? Held,
    int Differing,
    IReadOnlyList<PaymentEvent> History)
{
    /// <summary>When a payment that waits to be submitted expires.</summary>
    public DateTimeOffset? SubmitBy { get; init; }

    /// <summary>The declined payment for whose money this one asks.</summary>
    public Id? RetryOf { get; init; }

    /// <summary>The other versions, to be compared with this one; null where there are none.</summary>
    public IReadOnlyList<OtherVersion>? Others { get; init; }
}
