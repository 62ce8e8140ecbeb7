using System.CommandLine;
using System.Globalization;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>refunds: what goes back to cards, and what their banks said.</summary>
internal sealed class RefundsVerb(VerbHost host)
{
    public Command Create()
    {
        var verb = new Verb(
            "refunds",
            "List refunds to cards, newest first: waiting for the bank, given back, or refused. One that is "
                + "refused is given back another way.",
            "refunds --data till1", "refunds --data till1 --json")
        {
            host.Data,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context => List(context.Store)));
        return verb;
    }

    private static VerbResult List(TerminalStore store)
    {
        var refunds = store.RefundPayments().Select(one => new CardRefundDocument(
            one.Refund, one.Sale, store.ReceiptOfRefund(one), one.Amount, one.State,
            one.ResponseCode, one.OutcomeAt)).ToList();
        var text = refunds.Count == 0
            ? "Nothing was given back to a card.\n"
            : string.Concat(refunds.Select(one => string.Create(
                CultureInfo.InvariantCulture,
                $"{one.ReceiptNumber ?? one.Sale.ToString()}  {one.Amount,12}  {Words(one)}\n")));
        return VerbResult.Done(text, new CardRefundsDocument(refunds), CliJson.Default.CardRefundsDocument);
    }

    private static string Words(CardRefundDocument one) => one.State switch
    {
        PaymentState.Pending => "waits for the bank",
        PaymentState.Approved or PaymentState.Batched or PaymentState.Settled => "given back",
        PaymentState.Declined or PaymentState.Expired =>
            $"refused by the bank ({one.ResponseCode ?? "no code"}): give it back another way",
        _ => one.State.ToString(),
    };
}
