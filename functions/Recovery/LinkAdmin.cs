using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Wire;

namespace CloudPos.Functions.Recovery;

/// <summary>What people do about a case's payment link.</summary>
internal sealed class LinkAdmin(LinkOffers offers, LinkOptions links, TimeProvider time)
{
    /// <summary>
    /// POST /api/backoffice/cases/{terminal}/{payment}/link: sends a link, or a new one. Every earlier one
    /// leads nowhere from then on. No address, or no body: that which the customer gave.
    /// </summary>
    public async Task<Answer> Send(Call call, CancellationToken cancel)
    {
        var request = new LinkRequest();
        if (call.Body.Length > 0)
        {
            if (!call.TryRead(RecoveryJson.Default.LinkRequest, out var named, out var refusal))
                return refusal;
            request = named;
        }
        if (!links.IsOn)
            return Answer.Refuse(
                ProblemCode.WrongState, null,
                "Nobody told the back office under which address customers reach it: set --link-url.");
        if (request.Email is { } email && !ReceiptMessage.TryAddress(email, out _))
            return Answer.Refuse(
                ProblemCode.Malformed, "email", "This is no single address that a mail can go to.");
        return await Decide(call, known => known switch
        {
            { Link.Number: >= PaymentLink.SendingsMax } => (null, Wrong(
                $"The link was sent {PaymentLink.SendingsMax} times; talk to the customer.")),
            _ when (request.Email ?? known.Link?.Email) is { } address =>
                (known.Offer(address, call.Person!.Name, time.GetUtcNow(), links.Lasts), null),
            _ => (null, Answer.Refuse(
                ProblemCode.Malformed, "email", "The customer gave no address: name one.")),
        }, cancel);
    }

    /// <summary>POST /api/backoffice/cases/{terminal}/{payment}/link/withdraw</summary>
    public Task<Answer> Withdraw(Call call, CancellationToken cancel) => Decide(call, known =>
        known.Link is null ? (null, Wrong("No link was made."))
        : known.Link.State == LinkState.Withdrawn ? (null, Told(known))
        : (known.Withdraw(call.Person!.Name, time.GetUtcNow()), null), cancel);

    private async Task<Answer> Decide(
        Call call, Func<RecoveryCase, (RecoveryCase? Next, Answer? Answer)> decide, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal) || !Id.TryParse(call.Route("payment"), out var payment))
            return Answer.NotFound("such case");
        Answer? answer = null;
        var known = await offers.Change(terminal, payment, found =>
        {
            (var next, answer) = FaultOf(found) is { } wrong ? (null, wrong) : decide(found);
            return next;
        }, cancel);
        return known is null ? Answer.NotFound("such case") : answer ?? Told(known);
    }

    private static Answer? FaultOf(RecoveryCase known) => known.State switch
    {
        CaseState.Trying => Wrong("A try is under way; wait for its answer."),
        CaseState.Recovered => Wrong("The money came in already."),
        CaseState.WrittenOff => Wrong("It is written off."),
        _ => null,
    };

    private static Answer Wrong(string sentence) =>
        Answer.Refuse(ProblemCode.WrongState, "state", sentence);

    private static Answer Told(RecoveryCase known) =>
        Answer.Json(known, RecoveryJson.Default.RecoveryCase);
}
