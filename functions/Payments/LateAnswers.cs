using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Answers that nobody waited for: late, second, or from before a restart. Terminal and reference lead to the
/// payment, and what the answer says is recorded as if it had come in time.
/// </summary>
internal sealed partial class LateAnswers(Asking asking, ILogger<LateAnswers> log)
{
    private long _resolved, _known, _strange;

    /// <summary>Answers that told a payment something new.</summary>
    public long ResolvedCount => Interlocked.Read(ref _resolved);

    /// <summary>Answers whose content was known.</summary>
    public long KnownCount => Interlocked.Read(ref _known);

    /// <summary>Answers that belong to no payment, or contradict what was answered before.</summary>
    public long StrangeCount => Interlocked.Read(ref _strange);

    public async Task Observe(StrayAnswer stray, CancellationToken cancel)
    {
        var answer = stray.Answer;
        // What comes over the line becomes part of a key only if it has the shape of one.
        var payment = answer.RetrievalReference is { } reference && Names.IsTerminal(answer.Terminal)
            ? await asking.FindByReference(answer.Terminal, reference, cancel)
            : null;
        // Another acquirer than the one that was asked knows nothing of the payment.
        if (payment is null || (stray.Acquirer.Length > 0 && payment.Asked?.Acquirer != stray.Acquirer))
        {
            Interlocked.Increment(ref _strange);
            LogUnknown(stray.Kind, answer.Terminal, answer.Stan);
            return;
        }
        var outcome = answer.Mti is Mti.ReversalAdviceResponse or Mti.ReversalResponse
            ? await asking.RecordReversed(payment, answer, cancel)
            : await asking.RecordAnswer(payment, answer, cancel);
        if (outcome.Result == RecordResult.Recorded)
            Interlocked.Increment(ref _resolved);
        else if (outcome.Result == RecordResult.AlreadyRecorded)
            Interlocked.Increment(ref _known);
        else
            Interlocked.Increment(ref _strange);
        LogRecorded(stray.Kind, payment.Payment, outcome);
    }

    [LoggerMessage(
        4101, LogLevel.Warning, "A {Kind} answer to STAN {Stan} of {Terminal} belongs to no payment")]
    private partial void LogUnknown(StrayKind kind, string terminal, int stan);

    [LoggerMessage(4102, LogLevel.Information, "A {Kind} answer to payment {Payment}: {Outcome}")]
    private partial void LogRecorded(StrayKind kind, Id payment, RecordOutcome outcome);
}
