using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>
/// May this be given back? What is asked is the very content of the entry that follows a yes. The same refund
/// again gets the same answer.
/// </summary>
public sealed record RefundRequest(SaleRefunded Refund);

/// <param name="Reserved">True: nobody else can give it back until <paramref name="Until"/>, or ever, once
/// the entry has arrived.</param>
/// <param name="Sentence">For the cashier: why not.</param>
public sealed record RefundAnswer(Id Refund, bool Reserved, string? Sentence, DateTimeOffset? Until);

/// <summary>A sale of another terminal of the merchant, as a terminal needs it to give a part back.</summary>
/// <param name="Sale">Without anything about its customer.</param>
/// <param name="Earlier">What was given back of it, or is reserved; goods, tax and tenders count.</param>
/// <param name="Refusal">Why nothing can be given back of it here; null when something can.</param>
public sealed record ForeignSale(
    string Terminal, SaleCompleted Sale, DateOnly BusinessDate, IReadOnlyList<SaleRefunded> Earlier,
    string? Refusal);
