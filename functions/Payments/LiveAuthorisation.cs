using CloudPos.Crypto;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>The answer to a live request, or why it was refused.</summary>
internal sealed record LiveResult(AuthoriseAnswer? Answer, Problem? Problem);

/// <summary>
/// POST /api/payments/{payment}/authorise: asks the acquirer while the card holder waits. One payment id is
/// one payment: a second request gets the first one's answer, or Unknown while there is none; another content
/// is refused with the field that differs.
/// </summary>
internal sealed class LiveAuthorisation(PaymentStore store, Asking asking, IBus bus)
{
    private const int StepsMax = 10;

    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(WireJson.Default.AuthoriseRequest, out var request, out var refusal))
            return refusal;
        if (call.Route("payment") != request.Payment.ToString())
            return Hosting.Answer.Refuse(
                ProblemCode.Malformed, "payment", "Path and body name two payments.");
        using var trace = Traces.Start("authorise while the customer waits", request.Payment);
        var identity = call.Terminal.Identity;
        var acceptor = new Acceptor(identity.Merchant, identity.Store, identity.Terminal);
        var isActive = identity.Standing == TerminalStanding.Active && call.Terminal.KeyIsCurrent;
        var result = await Authorise(acceptor, identity.Epoch, request, isActive, cancel);
        return result.Answer is { } answer
            ? Hosting.Answer.Json(answer, WireJson.Default.AuthoriseAnswer)
            : Hosting.Answer.Refuse(result.Problem!);
    }

    /// <param name="epoch">Of the terminal's journal.</param>
    /// <param name="isActive">False: nothing new is asked for this terminal, known answers are told.</param>
    public async Task<LiveResult> Authorise(
        Acceptor acceptor, int epoch, AuthoriseRequest request, bool isActive, CancellationToken cancel)
    {
        if (!TryRead(request, out var card, out var problem))
            return new LiveResult(null, problem);
        var facts = new PaymentFacts(
            acceptor.Merchant, acceptor.Store, epoch, request.Sale, request.Amount, request.At,
            request.SealedDigest,
            request.Card.Scheme, request.Card.Mode, request.Card.LastFour);
        using var first = asking.Live.Enter();
        for (var step = 0; step < StepsMax; step++)
        {
            await Attempts.StepBack(step);
            var payment = await store.Find(acceptor.Terminal, request.Payment, cancel);
            if (payment?.Facts?.DifferenceTo(facts) is { } field)
                return await Differs(acceptor.Terminal, request.Payment, facts, field, cancel);
            if (payment is not (null or { State: PaymentState.Attempted, Accepted: null }))
                return new LiveResult(LiveAnswers.Of(payment), null);
            if (!isActive)
                return NotAsked(request, "This terminal may not ask at the moment.");
            payment ??= new PaymentRow { Terminal = acceptor.Terminal, Payment = request.Payment };
            payment = payment with { Facts = payment.Facts ?? facts, Sealed = payment.Sealed ?? card };
            if (asking.RefusalOf(payment) is { } refusal)
                return NotAsked(request, $"The card issuers cannot be asked now: {refusal}.");
            // The terminal may stop waiting at any moment; what was begun is brought to its end.
            var (result, why) = await asking.Ask(
                payment, isDeferred: false, PaymentWork.Authorise, CancellationToken.None,
                request.TakesPart);
            switch (result)
            {
                case AskResult.Impossible:
                    return NotAsked(request, $"This payment cannot be asked for: {why}.");
                case AskResult.Unanswered:
                    await RingLater(payment, cancel);
                    break;
            }
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    private async Task<LiveResult> Differs(
        string terminal, Id payment, PaymentFacts other, string field, CancellationToken cancel)
    {
        await store.Change(
            terminal, payment,
            row => new PaymentChange(RecordOutcome.Differs(field)) { Next = row, Differing = other }, cancel);
        return new LiveResult(null, new Problem(
            ProblemCode.DiffersFromFirst, field,
            $"This payment came before with another {field}; the first stays."));
    }

    private Task<bool> RingLater(PaymentRow payment, CancellationToken cancel) => bus.Ring(
        PaymentWork.Authorise,
        new Doorbell(PaymentWork.Authorise, PaymentWork.IdOf(payment.Terminal, payment.Payment)),
        asking.RepeatDelay(payment, 1), cancel);

    private static LiveResult NotAsked(AuthoriseRequest request, string sentence) => new(
        new AuthoriseAnswer(request.Payment, AuthoriseResult.NotAsked, null, null, null, sentence), null);

    /// <summary>The sealed card, when everything has its shape and the digest is that of the card.</summary>
    private static bool TryRead(AuthoriseRequest request, out byte[] card, out Problem? problem)
    {
        (card, problem) = ([], null);
        var salt = new byte[Attachment.SaltLength];
        var envelope = new byte[SealedCard.EnvelopeLengthMax];
        var sealedLength = 0;
        if (request.Amount.Minor <= 0)
            problem = Malformed("amount", "A payment is above zero.");
        else if (request.Card.LastFour.Length != 4 || !request.Card.LastFour.All(char.IsAsciiDigit))
            problem = Malformed("card.lastFour", "These are four digits.");
        else if (!Convert.TryFromBase64String(request.SealedSalt, salt, out var saltLength)
            || saltLength != salt.Length)
            problem = Malformed("sealedSalt", "A salt is 16 bytes in base64.");
        else if (!Convert.TryFromBase64String(request.Sealed, envelope, out sealedLength))
            problem = Malformed("sealed", "This is no sealed card in base64.");
        else
        {
            card = envelope[..sealedLength];
            if (new Attachment(AttachmentKind.SealedCard, salt, card).Digest != request.SealedDigest)
                problem = Malformed("sealedDigest", "This is not the digest of salt and sealed card.");
        }
        return problem is null;
    }

    private static Problem Malformed(string field, string sentence) =>
        new(ProblemCode.Malformed, field, sentence);
}
